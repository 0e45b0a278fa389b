using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>No row of the opcode table and no device instruction is without a program that runs it.</summary>
public class CoverageTests
{
    private static readonly FunctionType Nothing = new([], []);

    /// <summary>What each instruction typed by its context needs around it.</summary>
    private static readonly Dictionary<Opcode, Instruction[]> Contexts = new()
    {
        [Opcode.Unreachable] = [Opcode.Unreachable],
        [Opcode.Block] = [Block(), Opcode.End],
        [Opcode.Loop] = [Loop(), Opcode.End],
        [Opcode.If] = [I32(1), If(), Opcode.Nop, Opcode.End],
        [Opcode.Else] = [I32(0), If(), Opcode.Else, Opcode.End],
        [Opcode.End] = [],
        [Opcode.Br] = [Block(), Br(0), Opcode.End],
        [Opcode.BrIf] = [Block(), I32(1), BrIf(0), Opcode.End],
        [Opcode.BrTable] = [Block(), I32(1), Instruction.BrTable([0, 0], 0), Opcode.End],
        [Opcode.Return] = [Opcode.Return],
        [Opcode.Call] = [Call(1)],
        [Opcode.CallIndirect] = [I32(0), Instruction.CallIndirect(0)],
        [Opcode.Drop] = [I32(1), Opcode.Drop],
        [Opcode.Select] = [I32(1), I32(2), I32(0), Opcode.Select, Opcode.Drop],
        [Opcode.SelectT] = [I64(1), I64(2), I32(0), new(Opcode.SelectT, List: [(uint)WasmType.I64]), Opcode.Drop],
        [Opcode.LocalGet] = [Get(0), Opcode.Drop],
        [Opcode.LocalSet] = [I32(1), Set(0)],
        [Opcode.LocalTee] = [I32(1), Tee(0), Opcode.Drop],
        [Opcode.GlobalGet] = [.. Enumerable.Range(0, 4).SelectMany(i => new Instruction[] { Instruction.WithIndex(Opcode.GlobalGet, i), Opcode.Drop })],
        [Opcode.GlobalSet] = [I32(1), Instruction.WithIndex(Opcode.GlobalSet, 0), I64(1), Instruction.WithIndex(Opcode.GlobalSet, 1), F32(1), Instruction.WithIndex(Opcode.GlobalSet, 2), F64(1), Instruction.WithIndex(Opcode.GlobalSet, 3)],
        [Opcode.TableGet] = [I32(0), Instruction.WithIndex(Opcode.TableGet, 0), Opcode.Drop],
        [Opcode.TableSet] = [I32(0), new(Opcode.RefNull, (ulong)WasmType.FuncRef), Instruction.WithIndex(Opcode.TableSet, 0)],
        [Opcode.RefNull] = [new(Opcode.RefNull, (ulong)WasmType.FuncRef), Opcode.Drop],
        [Opcode.RefIsNull] = [new(Opcode.RefNull, (ulong)WasmType.FuncRef), Opcode.RefIsNull, Opcode.Drop],
        [Opcode.RefFunc] = [Instruction.WithIndex(Opcode.RefFunc, 1), Opcode.Drop],
        [Opcode.TableGrow] = [new(Opcode.RefNull, (ulong)WasmType.FuncRef), I32(1), Instruction.WithIndex(Opcode.TableGrow, 0), Opcode.Drop],
        [Opcode.TableFill] = [I32(0), new(Opcode.RefNull, (ulong)WasmType.FuncRef), I32(1), Instruction.WithIndex(Opcode.TableFill, 0)],
    };

    public static TheoryData<Opcode> Rows => [.. OpcodeTable.Rows.Select(r => r.Opcode)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_of_the_opcode_table_is_validated_lowered_and_executed(Opcode opcode)
    {
        var body = Program(OpcodeTable.Get(opcode));
        Assert.Contains(body.Append(Opcode.End), i => i.Opcode == opcode);
        var outcome = new Invocation(Module(body)).Call(0);
        Assert.Equal(opcode == Opcode.Unreachable ? TrapCode.Unreachable : TrapCode.None, outcome.Trap);
    }

    [Fact]
    public void Every_device_instruction_is_made_by_some_program()
    {
        var made = new HashSet<DeviceOp>();
        foreach (var row in OpcodeTable.Rows) made.UnionWith(DeviceOps(Module(Program(row))));
        for (var seed = 0; seed < 1_500; seed++) made.UnionWith(DeviceOps(new RandomProgram(seed).Emit()));

        // Forms that depend on more than random programs bring together.
        made.UnionWith(DeviceOps(Module([I32(1), Instruction.Access(Opcode.I32Load, 70_000), Opcode.Drop])));
        foreach (var compare in new[] { Opcode.I64Eq, Opcode.I64Ne, Opcode.I64LtS, Opcode.I64GeS, Opcode.I64LtU, Opcode.I64GeU }) made.UnionWith(DeviceOps(Branching(WasmType.I64, compare)));
        foreach (var compare in new[] { Opcode.F64Eq, Opcode.F64Ne, Opcode.F64Lt, Opcode.F64Le }) made.UnionWith(DeviceOps(Branching(WasmType.F64, compare)));
        foreach (var compare in new[] { Opcode.I32Eq, Opcode.I32Ne, Opcode.I32LtS, Opcode.I32GeS, Opcode.I32LtU, Opcode.I32GeU, Opcode.I32GtS, Opcode.I32LeS })
        {
            made.UnionWith(DeviceOps(Branching(WasmType.I32, compare)));
            made.UnionWith(DeviceOps(new ModuleBuilder().Function(new([WasmType.I32], []), [], Get(0), I32(9), compare, If(), Opcode.Nop, Opcode.End, Block(), Get(0), I32(9), compare, BrIf(0), Opcode.End)));
        }

        foreach (var (step, compare) in new (Instruction[], Opcode)[] { ([Get(0), Get(0), Opcode.I32Add, Tee(0), Get(0)], Opcode.I32LtS), ([Get(0), I32(-1), Opcode.I32Add, Tee(0), I32(0)], Opcode.I32GeS) })
        {
            made.UnionWith(DeviceOps(new ModuleBuilder().Function(new([WasmType.I32], []), [], [Loop(), .. step, compare, BrIf(0), Opcode.End])));
        }

        foreach (var (store, shift) in new[] { (Opcode.F64Store, 3), (Opcode.I32Store, 2), (Opcode.I32Store8, 0) }) made.UnionWith(DeviceOps(ElementAccessTests.Storing(store, shift)));

        // Made of imports: HostCallTests. Of loops: FoldTests, ScanTests. Of two instructions: PairTests of Wasm.Runtime.Tests. Made of what the compiler makes of Wasm/Math: ElementaryFunctionTests of its tests.
        made.Add(DeviceOp.CallImport);
        made.UnionWith(Enum.GetValues<DeviceOp>().Where(op => op >= DeviceOp.F64Fold));
        made.UnionWith(Enum.GetValues<DeviceOp>().Where(op => op is >= DeviceOp.F64Sin and <= DeviceOp.F64Cbrt));
        Assert.Equal([], Enum.GetValues<DeviceOp>().Except(made));
    }

    private static ModuleBuilder Branching(WasmType type, Opcode compare) =>
        new ModuleBuilder().Function(new([type, type], []), [], Get(0), Get(1), compare, If(), Opcode.Nop, Opcode.End, Block(), Get(0), Get(1), compare, BrIf(0), Opcode.End);

    private static Instruction[] Program(OpcodeInfo row)
    {
        if (Contexts.TryGetValue(row.Opcode, out var context)) return context;
        var operands = row.Signature!.Parameters.Select(t => t switch
        {
            WasmType.I32 => I32(1),
            WasmType.I64 => I64(1),
            WasmType.F32 => F32(1),
            _ => F64(1),
        });
        Instruction instruction = row.Immediates == Immediates.MemoryAccess ? Instruction.Access(row.Opcode) : new(row.Opcode, List: default);
        return row.Opcode switch
        {
            // Nothing of the passive segments is copied: counts of 0.
            Opcode.MemoryInit or Opcode.TableInit => [I32(0), I32(0), I32(0), instruction],
            _ => [.. operands, instruction, .. Enumerable.Repeat((Instruction)Opcode.Drop, row.Signature.Results.Length)],
        };
    }

    private static ModuleBuilder Module(Instruction[] body) => new ModuleBuilder()
        .Memory(1)
        .Function(Nothing, [WasmType.I32, WasmType.I64, WasmType.F32, WasmType.F64], body)
        .Function(Nothing, [])
        .With(m => m with
        {
            Tables = [new(WasmType.FuncRef, new(4, 10))],
            Globals =
            [
                new(new(WasmType.I32, true), [I32(1), Opcode.End]), new(new(WasmType.I64, true), [I64(1), Opcode.End]),
                new(new(WasmType.F32, true), [F32(1), Opcode.End]), new(new(WasmType.F64, true), [F64(1), Opcode.End]),
            ],
            Elements = [new(SegmentMode.Passive, 0, WasmType.FuncRef, [1]), new(SegmentMode.Active, 0, WasmType.FuncRef, [1, 1], [I32(0), Opcode.End])],
            Data = [new(SegmentMode.Passive, [1])],
        });

    private static IEnumerable<DeviceOp> DeviceOps(ModuleBuilder builder)
    {
        var module = ModuleReader.Read(builder.ToBytes());
        ModuleValidator.Validate(module);
        var image = new DeviceImage(ImageWriter.Write(module));
        for (var function = 0; function < image.FunctionCells.Length; function++)
        {
            var end = function + 1 < image.FunctionCells.Length ? image.FunctionCells[function + 1] : image.Code.Length;
            for (var cell = image.FunctionCells[function] + 1; cell < end; cell++)
            {
                var op = (DeviceOp)(ushort)image.Code[cell];
                Assert.True(Enum.IsDefined(op), $"cell {cell} is no instruction");
                yield return op;
                cell += DeviceImage.Cells(image.Code[cell]) - 1;
            }
        }
    }
}
