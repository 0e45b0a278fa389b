using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Tests;

public class ModuleValidatorTests
{
    private const WasmType I32 = WasmType.I32;
    private const WasmType I64 = WasmType.I64;
    private const WasmType F32 = WasmType.F32;
    private const WasmType F64 = WasmType.F64;

    /// <summary>Bodies of (i32, f64) -> i32 with one i64 local, in a module with a bit of everything.</summary>
    public static TheoryData<string, ModuleError, Instruction[]> InvalidBodies => new()
    {
        { "nothing left", ModuleError.TypeMismatch, [] },
        { "another type left", ModuleError.TypeMismatch, [Get(1)] },
        { "too much left", ModuleError.TypeMismatch, [Get(0), Get(0)] },
        { "an operand of another type", ModuleError.TypeMismatch, [Get(0), Get(1), Opcode.I32Add] },
        { "an operand missing", ModuleError.TypeMismatch, [Get(0), Opcode.I32Add] },
        { "an operand below the block", ModuleError.TypeMismatch, [Get(0), Block(BlockType.Of(I32)), Get(0), Opcode.I32Add, Opcode.End] },
        { "drop of nothing", ModuleError.TypeMismatch, [Opcode.Drop, Get(0)] },
        { "a local beyond", ModuleError.UnknownLocal, [Get(3)] },
        { "a local of another type", ModuleError.TypeMismatch, [Get(0), At(Opcode.LocalSet, 2), Get(0)] },
        { "tee of another type", ModuleError.TypeMismatch, [Get(1), At(Opcode.LocalTee, 0)] },
        { "a global beyond", ModuleError.UnknownGlobal, [At(Opcode.GlobalGet, 9)] },
        { "an immutable global set", ModuleError.ImmutableGlobal, [Get(0), At(Opcode.GlobalSet, 0), Get(0)] },
        { "a global of another type", ModuleError.TypeMismatch, [Get(0), At(Opcode.GlobalSet, 1), Get(0)] },
        { "a function beyond", ModuleError.UnknownFunction, [At(Opcode.Call, 7)] },
        { "a call with another argument", ModuleError.TypeMismatch, [Get(1), At(Opcode.Call, 1)] },
        { "a type beyond", ModuleError.UnknownType, [Get(0), Instruction.CallIndirect(99)] },
        { "a table beyond", ModuleError.UnknownTable, [Get(0), Get(0), Instruction.CallIndirect(1, 5)] },
        { "a call through references of the host", ModuleError.TypeMismatch, [Get(0), Get(0), Instruction.CallIndirect(1, 1)] },
        { "a label beyond", ModuleError.UnknownLabel, [Get(0), At(Opcode.Br, 1)] },
        { "a label in a table beyond", ModuleError.UnknownLabel, [Get(0), Get(0), Instruction.BrTable([0, 3], 0)] },
        { "labels of different arity", ModuleError.TypeMismatch, [Block(BlockType.Empty), Get(0), Get(0), Instruction.BrTable([0], 1), Opcode.End, Get(0)] },
        { "a branch without its value", ModuleError.TypeMismatch, [At(Opcode.Br, 0)] },
        { "a condition of another type", ModuleError.TypeMismatch, [Get(1), If(BlockType.Empty), Opcode.End, Get(0)] },
        { "an if without else that makes a value", ModuleError.TypeMismatch, [Get(0), If(BlockType.Of(I32)), Get(0), Opcode.End] },
        { "arms of different types", ModuleError.TypeMismatch, [Get(0), If(BlockType.Of(I32)), Get(0), Opcode.Else, Get(1), Opcode.End] },
        { "an else without if", ModuleError.TypeMismatch, [Block(BlockType.Empty), Opcode.Else, Opcode.End, Get(0)] },
        { "a block of an unknown type", ModuleError.UnknownType, [Block(BlockType.Indexed(50)), Opcode.End, Get(0)] },
        { "a select of two types", ModuleError.TypeMismatch, [Get(0), Get(1), Get(0), Opcode.Select] },
        { "an untyped select of references", ModuleError.TypeMismatch, [Null(), Null(), Get(0), Opcode.Select, Opcode.RefIsNull] },
        { "a select of two types by name", ModuleError.TypeMismatch, [Get(0), Get(0), Get(0), new(Opcode.SelectT, List: [(uint)I32, (uint)I32])] },
        { "an alignment above the natural", ModuleError.AlignmentTooLarge, [Get(0), new(Opcode.I32Load, 0, 3)] },
        { "an alignment above the natural in a store", ModuleError.AlignmentTooLarge, [Get(0), Get(0), new(Opcode.I32Store8, 0, 1), Get(0)] },
        { "an unknown data segment", ModuleError.UnknownDataSegment, [Get(0), Get(0), Get(0), At(Opcode.MemoryInit, 4), Get(0)] },
        { "a drop of an unknown data segment", ModuleError.UnknownDataSegment, [At(Opcode.DataDrop, 4), Get(0)] },
        { "an unknown element segment", ModuleError.UnknownElementSegment, [At(Opcode.ElemDrop, 4), Get(0)] },
        { "a table initialised with another type", ModuleError.TypeMismatch, [Get(0), Get(0), Get(0), new(Opcode.TableInit, 0, 1), Get(0)] },
        { "tables of different types copied", ModuleError.TypeMismatch, [Get(0), Get(0), Get(0), new(Opcode.TableCopy, 0, 1), Get(0)] },
        { "a number put into a table", ModuleError.TypeMismatch, [Get(0), Get(0), At(Opcode.TableSet, 0), Get(0)] },
        { "a reference of another type", ModuleError.TypeMismatch, [Get(0), Null(WasmType.ExternRef), At(Opcode.TableSet, 0), Get(0)] },
        { "a number tested for null", ModuleError.TypeMismatch, [Get(0), Opcode.RefIsNull] },
        { "a function nobody declared", ModuleError.UndeclaredFunctionReference, [At(Opcode.RefFunc, 1), Opcode.RefIsNull] },
        { "a reference to a function beyond", ModuleError.UnknownFunction, [At(Opcode.RefFunc, 70), Opcode.RefIsNull] },
        { "wrong operands in unreachable code", ModuleError.TypeMismatch, [Opcode.Unreachable, Get(1), Opcode.I32Clz] },
        { "too much left in unreachable code", ModuleError.TypeMismatch, [Opcode.Unreachable, Get(0), Get(0)] },
        { "a return of another type", ModuleError.TypeMismatch, [Get(1), Opcode.Return] },
        { "operands without end", ModuleError.LimitExceeded, [.. Enumerable.Repeat(Get(0), ModuleLimits.OperandsMax + 1), Opcode.Unreachable] },
    };

    [Theory]
    [MemberData(nameof(InvalidBodies))]
    public void An_invalid_body_is_refused_with_a_name(string what, ModuleError error, Instruction[] body)
    {
        var refused = Assert.Throws<ModuleException>(() => ModuleValidator.Validate(Everything(body)));
        Assert.True(error == refused.Error, $"{what}: {refused.Message}");
    }

    public static TheoryData<string, Instruction[]> ValidBodies => new()
    {
        { "unreachable makes anything", [Opcode.Unreachable] },
        { "unreachable makes operands of any type", [Opcode.Unreachable, Opcode.Select] },
        { "code behind a branch", [Get(0), At(Opcode.Br, 0), Opcode.I32Add] },
        { "labels of different types behind unreachable", [Block(BlockType.Of(F32)), Block(BlockType.Of(F64)), Opcode.Unreachable, Instruction.BrTable([0], 1), Opcode.End, Opcode.Drop, Opcode.Unreachable, Opcode.End, Opcode.Drop, Get(0)] },
        { "an if that passes its parameter", [Get(0), Get(0), If(BlockType.Indexed(1)), Opcode.End] },
        { "a branch to a loop takes its parameters", [Get(0), new(Opcode.Loop, 1), Get(0), At(Opcode.BrIf, 0), Opcode.End] },
    };

    [Theory]
    [MemberData(nameof(ValidBodies))]
    public void A_valid_body_is_accepted(string what, Instruction[] body)
    {
        ModuleValidator.Validate(Everything(body));
        Assert.NotEmpty(what);
    }

    [Fact]
    public void Two_memories_are_refused_by_the_name_of_their_proposal()
    {
        var one = Everything([Get(0)]);
        var imported = new Import("a", "b", ExternalKind.Memory, Memory: new(new(0)));
        foreach (var two in new[] { one with { Memories = [new(new(1)), new(new(1))] }, one with { Imports = [imported] }, one with { Memories = [], Imports = [imported, imported] } })
        {
            var read = ModuleReader.Read(ModuleWriter.Write(two));
            var refused = Assert.Throws<ModuleException>(() => ModuleValidator.Validate(read));
            Assert.Equal(ModuleError.UnsupportedFeature, refused.Error);
            Assert.Contains("multi-memory", refused.Message, StringComparison.Ordinal);
        }

        Assert.Single(one.Memories);
    }

    public static TheoryData<string, ModuleError, Module> InvalidModules
    {
        get
        {
            var good = Everything([Get(0)]);
            ImmutableArray<Instruction> zero = [Instruction.I32Const(0), Opcode.End];
            return new()
            {
                { "a function of an unknown type", ModuleError.UnknownType, good with { Functions = [new(40, [], [Opcode.End])] } },
                { "an imported function of an unknown type", ModuleError.UnknownType, good with { Imports = [new("a", "b", ExternalKind.Function, 40)] } },
                { "two exports of one name", ModuleError.DuplicateExport, good with { Exports = [new("a", ExternalKind.Function, 0), new("a", ExternalKind.Memory, 0)] } },
                { "an export of no function", ModuleError.UnknownFunction, good with { Exports = [new("a", ExternalKind.Function, 9)] } },
                { "an export of no memory", ModuleError.UnknownMemory, good with { Exports = [new("a", ExternalKind.Memory, 1)] } },
                { "an export of no table", ModuleError.UnknownTable, good with { Exports = [new("a", ExternalKind.Table, 2)] } },
                { "an export of no global", ModuleError.UnknownGlobal, good with { Exports = [new("a", ExternalKind.Global, 2)] } },
                { "a start function with parameters", ModuleError.InvalidStartFunction, good with { Start = 0 } },
                { "a start function beyond", ModuleError.UnknownFunction, good with { Start = 5 } },
                { "two memories", ModuleError.UnsupportedFeature, good with { Memories = [new(new(0)), new(new(0))] } },
                { "a memory over 4 GiB", ModuleError.MemoryTooLarge, good with { Memories = [new(new(65_537))] } },
                { "a memory that may grow over 4 GiB", ModuleError.MemoryTooLarge, good with { Memories = [new(new(0, 65_537))] } },
                { "a memory with less than its minimum", ModuleError.InvalidLimits, good with { Memories = [new(new(2, 1))] } },
                { "a table with less than its minimum", ModuleError.InvalidLimits, good with { Tables = good.Tables.Add(new(WasmType.FuncRef, new(2, 1))) } },
                { "tables of a million elements", ModuleError.LimitExceeded, good with { Tables = good.Tables.Add(new(WasmType.FuncRef, new(1_000_000))) } },
                { "a global initialised with another type", ModuleError.TypeMismatch, good with { Globals = [new(new(I64, false), zero)] } },
                { "a global initialised by code", ModuleError.ConstantExpressionRequired, good with { Globals = [new(new(I32, false), [Instruction.I32Const(1), Opcode.I32Clz, Opcode.End])] } },
                { "a global initialised with two values", ModuleError.TypeMismatch, good with { Globals = [new(new(I32, false), [Instruction.I32Const(1), Instruction.I32Const(1), Opcode.End])] } },
                { "a global initialised with nothing", ModuleError.TypeMismatch, good with { Globals = [new(new(I32, false), [Opcode.End])] } },
                { "a global initialised with one of the module's own", ModuleError.UnknownGlobal, good with { Globals = [.. good.Globals, new(new(I32, false), [At(Opcode.GlobalGet, 0), Opcode.End])] } },
                { "a global initialised with a mutable import", ModuleError.ConstantExpressionRequired, good with { Imports = [new("a", "b", ExternalKind.Global, Global: new(I32, true))], Globals = [new(new(I32, false), [At(Opcode.GlobalGet, 0), Opcode.End])] } },
                { "a data segment without memory", ModuleError.UnknownMemory, good with { Memories = [], Data = [new(SegmentMode.Active, [1], zero)], Functions = [] , Exports = [], Elements = [] } },
                { "a data segment at a float", ModuleError.TypeMismatch, good with { Data = [new(SegmentMode.Active, [1], [Instruction.F32Const(1), Opcode.End])] } },
                { "an element segment for no table", ModuleError.UnknownTable, good with { Elements = [new(SegmentMode.Active, 3, WasmType.FuncRef, [], zero)] } },
                { "an element segment of another type", ModuleError.TypeMismatch, good with { Elements = [new(SegmentMode.Active, 1, WasmType.FuncRef, [], zero)] } },
                { "an element that is no function", ModuleError.UnknownFunction, good with { Elements = [new(SegmentMode.Passive, 0, WasmType.FuncRef, [44])] } },
                { "an element expression of another type", ModuleError.TypeMismatch, good with { Elements = [new(SegmentMode.Passive, 0, WasmType.FuncRef, [-1], Expressions: [[Null(WasmType.ExternRef), Opcode.End]])] } },
                { "locals and parameters over the limit", ModuleError.LimitExceeded, good with { Functions = [new(0, [.. Enumerable.Repeat(I32, ModuleLimits.LocalsMax)], [Get(0), Opcode.End])], Exports = [], Elements = [] } },
                { "instructions behind the end", ModuleError.EndExpected, good with { Functions = [new(1, [], [Get(0), Opcode.End, Opcode.Nop])], Exports = [], Elements = [] } },
                { "a function without end", ModuleError.EndExpected, good with { Functions = [new(1, [], [Get(0)])], Exports = [], Elements = [] } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(InvalidModules))]
    public void An_invalid_module_is_refused_with_a_name(string what, ModuleError error, Module module)
    {
        var refused = Assert.Throws<ModuleException>(() => ModuleValidator.Validate(module));
        Assert.True(error == refused.Error, $"{what}: {refused.Message}");
    }

    [Fact]
    public void Every_row_of_the_opcode_table_has_a_rule()
    {
        // Whether it is accepted or refused does not matter here, only that the validator knows it.
        foreach (var row in OpcodeTable.Rows)
        {
            var instruction = new Instruction(row.Opcode, List: row.Immediates is Immediates.LabelTable or Immediates.Types ? [0] : default);
            try
            {
                ModuleValidator.Validate(Everything([Opcode.Unreachable, instruction]));
            }
            catch (ModuleException refused)
            {
                Assert.NotEqual(ModuleError.IllegalOpcode, refused.Error);
            }
        }

        Assert.Equal(201, OpcodeTable.Rows.Length);
    }

    private static Module Everything(Instruction[] body) => new()
    {
        Types = [new([I32, F64], [I32]), new([I32], [I32])],
        Functions = [new(0, [I64], [.. body, Opcode.End]), new(1, [], [Get(0), Opcode.End])],
        Tables = [new(WasmType.FuncRef, new(1)), new(WasmType.ExternRef, new(1))],
        Memories = [new(new(1))],
        Globals = [new(new(I32, false), [Instruction.I32Const(1), Opcode.End]), new(new(F32, true), [Instruction.F32Const(1), Opcode.End])],
        Exports = [new("f", ExternalKind.Function, 0)],
        Elements = [new(SegmentMode.Passive, 0, WasmType.FuncRef, [0])],
        Data = [new(SegmentMode.Passive, [1])],
    };

    private static Instruction Get(int local) => At(Opcode.LocalGet, local);

    private static Instruction At(Opcode opcode, int index) => Instruction.WithIndex(opcode, index);

    private static Instruction Block(BlockType type) => Instruction.WithBlock(Opcode.Block, type);

    private static Instruction If(BlockType type) => Instruction.WithBlock(Opcode.If, type);

    private static Instruction Null(WasmType type = WasmType.FuncRef) => new(Opcode.RefNull, (ulong)type);
}
