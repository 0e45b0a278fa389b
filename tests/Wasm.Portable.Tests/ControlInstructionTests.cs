using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class ControlInstructionTests
{
    private static readonly FunctionType I32ToI32 = new([WasmType.I32], [WasmType.I32]);

    [Fact]
    public void A_loop_goes_on_until_its_branch_is_not_taken() =>
        Assert.Equal(55, new Invocation(new ModuleBuilder().Function(
            I32ToI32,
            [WasmType.I32],
            Loop(), Get(1), Get(0), Opcode.I32Add, Set(1), Get(0), I32(1), Opcode.I32Sub, Tee(0), BrIf(0), Opcode.End, Get(1))).Call(0, 10).Bits);

    [Fact]
    public void A_branch_carries_values_past_others() =>
        Assert.Equal(7, new Invocation(new ModuleBuilder().Function(
            I32ToI32,
            [],
            Block(WasmType.I32), I32(1), I32(2), I64(3), I32(7), Br(0), Opcode.End)).Call(0, 0).Bits);

    [Fact]
    public void A_conditional_branch_leaves_its_values_when_it_is_not_taken()
    {
        var invocation = new Invocation(new ModuleBuilder().Function(
            I32ToI32,
            [],
            I32(100), Block(WasmType.I32), I32(3), I32(5), Get(0), BrIf(0), Opcode.I32Add, Opcode.End, Opcode.I32Add));
        Assert.Equal(105, invocation.Call(0, 1).Bits);
        Assert.Equal(108, invocation.Call(0, 0).Bits);
    }

    [Fact]
    public void A_local_read_before_it_changes_keeps_its_value()
    {
        var invocation = new Invocation(new ModuleBuilder()
            .Function(I32ToI32, [], Get(0), I32(5), Set(0), Get(0), Opcode.I32Sub)
            .Function(I32ToI32, [], Get(0), Get(0), I32(1), Opcode.I32Add, Tee(0), Opcode.I32Mul)
            .Function(I32ToI32, [], Get(0), Get(0), I32(1), Opcode.I32Add, Set(0), Get(0), Opcode.I32Mul)
            .Function(I32ToI32, [], Get(0), Block(), I32(9), Set(0), Opcode.End, Get(0), I32(10), Opcode.I32Mul, Opcode.I32Add));
        Assert.Equal(15, invocation.Call(0, 20).Bits);
        Assert.Equal(12, invocation.Call(1, 3).Bits);
        Assert.Equal(12, invocation.Call(2, 3).Bits);
        Assert.Equal(93, invocation.Call(3, 3).Bits);
    }

    [Fact]
    public void A_result_is_not_redirected_into_a_local_of_another_kind()
    {
        var invocation = new Invocation(new ModuleBuilder().Function(
            new([WasmType.F64, WasmType.I32], [WasmType.F64]),
            [],
            Get(0), Get(0), Opcode.F64Add, Get(1), Get(1), Opcode.I32Add, Opcode.Drop, Set(0), Get(0)));
        Assert.Equal(3.0, BitConverter.Int64BitsToDouble(invocation.Call(0, BitConverter.DoubleToInt64Bits(1.5), 4).Bits));
    }

    [Fact]
    public void A_branch_table_takes_the_entry_of_its_index_or_the_last()
    {
        var invocation = new Invocation(new ModuleBuilder().Function(
            I32ToI32,
            [],
            Block(), Block(), Block(), Get(0), Instruction.BrTable([0, 1, 0], 2), Opcode.End, I32(10), Opcode.Return, Opcode.End, I32(11), Opcode.Return, Opcode.End, I32(12)));
        Assert.Equal([10, 11, 10, 12, 12, 12], new long[] { 0, 1, 2, 3, -1, int.MinValue }.Select(i => (int)invocation.Call(0, i).Bits));
    }

    [Fact]
    public void A_branch_table_carries_values_to_labels_of_different_depth()
    {
        var invocation = new Invocation(new ModuleBuilder().Function(
            I32ToI32,
            [],
            I32(1000), Block(WasmType.I32), I32(100), Block(WasmType.I32), I32(7), I32(8), Get(0), Instruction.BrTable([0, 1], 2), Opcode.End, Opcode.I32Add, Opcode.End, Opcode.I32Add));
        Assert.Equal([1108, 1008, 8], new long[] { 0, 1, 2 }.Select(i => (int)invocation.Call(0, i).Bits));
    }

    [Fact]
    public void Several_results_of_every_kind_come_back_in_order()
    {
        FunctionType many = new([], [WasmType.I32, WasmType.F64, WasmType.I32, WasmType.I64, WasmType.F32]);
        var invocation = new Invocation(new ModuleBuilder()
            .Function(many, [], I32(1), F64(2.5), I32(3), I64(4), F32(5.5f))
            .Function(new([], [WasmType.F64]), [], Call(0), Opcode.F64PromoteF32, Set(0), Opcode.F64ConvertI64S, Get(0), Opcode.F64Add, Set(0), Opcode.F64ConvertI32S, Get(0), Opcode.F64Add, Opcode.F64Add, Set(0), Opcode.F64ConvertI32S, Get(0), Opcode.F64Add)
            .With(m => m with { Functions = m.Functions.SetItem(1, m.Functions[1] with { Locals = [WasmType.F64] }) }));
        invocation.Call(0);
        Assert.Equal([1, 3], new[] { invocation.Result(WasmType.I32), invocation.Result(WasmType.I32, 1) });
        Assert.Equal(16.0, BitConverter.Int64BitsToDouble(invocation.Call(1).Bits));
    }

    [Fact]
    public void Results_read_from_parameters_may_change_places()
    {
        FunctionType swap = new([WasmType.I32, WasmType.I32], [WasmType.I32, WasmType.I32]);
        var invocation = new Invocation(new ModuleBuilder()
            .Function(swap, [], Get(1), Get(0))
            .Function(new([WasmType.I32, WasmType.I32], [WasmType.I32]), [], Get(0), Get(1), Call(0), Opcode.I32Sub));
        Assert.Equal(-4, invocation.Call(1, 7, 3).Bits);
    }

    [Fact]
    public void A_block_takes_parameters_and_an_if_passes_them_on()
    {
        var builder = new ModuleBuilder()
            .Function(new([WasmType.I32, WasmType.I32], [WasmType.I32]), [], Get(0), Get(1), Instruction.WithBlock(Opcode.Block, BlockType.Indexed(0)), Opcode.I32Sub, Opcode.End)
            .Function(I32ToI32, [], Get(0), Get(0), Instruction.WithBlock(Opcode.If, BlockType.Indexed(1)), I32(10), Opcode.I32Mul, Opcode.End)
            .Function(I32ToI32, [], Get(0), Instruction.WithBlock(Opcode.Loop, BlockType.Indexed(1)), I32(3), Opcode.I32Mul, Tee(0), Get(0), I32(100), Opcode.I32LtS, BrIf(0), Opcode.End);
        var invocation = new Invocation(builder);
        Assert.Equal(4, invocation.Call(0, 7, 3).Bits);
        Assert.Equal(50, invocation.Call(1, 5).Bits);
        Assert.Equal(0, invocation.Call(1, 0).Bits);
        Assert.Equal(162, invocation.Call(2, 2).Bits);
    }

    [Fact]
    public void Calls_pass_arguments_of_every_kind_and_recurse()
    {
        FunctionType mixed = new([WasmType.I32, WasmType.F64, WasmType.I64, WasmType.F32, WasmType.I32], [WasmType.F64]);
        var invocation = new Invocation(new ModuleBuilder()
            .Function(mixed, [], Get(1), Get(0), Opcode.F64ConvertI32S, Opcode.F64Sub, Get(2), Opcode.F64ConvertI64S, Opcode.F64Sub, Get(3), Opcode.F64PromoteF32, Opcode.F64Sub, Get(4), Opcode.F64ConvertI32S, Opcode.F64Sub)
            .Function(new([], [WasmType.F64]), [], F64(1), I32(1), F64(100), I64(20), F32(3.5f), I32(4), Call(0), Opcode.F64Add)
            .Function(I32ToI32, [], Get(0), I32(2), Opcode.I32LtS, If(WasmType.I32), Get(0), Opcode.Else, Get(0), I32(1), Opcode.I32Sub, Call(2), Get(0), I32(2), Opcode.I32Sub, Call(2), Opcode.I32Add, Opcode.End));
        Assert.Equal(72.5, BitConverter.Int64BitsToDouble(invocation.Call(1).Bits));
        Assert.Equal(6765, invocation.Call(2, 20).Bits);
    }

    [Fact]
    public void Declared_locals_are_zero_at_every_call()
    {
        var invocation = new Invocation(new ModuleBuilder()
            .Function(new([], [WasmType.I64]), [WasmType.I32, WasmType.I64, WasmType.F32, WasmType.F64], Get(0), I32(5), Set(0), Opcode.I64ExtendI32S, Get(1), Opcode.I64Add, I64(7), Set(1), Get(3), F64(9), Set(3), Opcode.I64TruncF64S, Opcode.I64Add, Get(2), F32(3), Set(2), Opcode.I64TruncF32S, Opcode.I64Add)
            .Function(new([], [WasmType.I64]), [], Call(0), Call(0), Opcode.I64Add, Call(0), Opcode.I64Add));
        Assert.Equal(0, invocation.Call(1).Bits);
        Assert.Equal(0, invocation.Call(1).Bits);
    }

    [Fact]
    public void Globals_of_every_kind_are_kept_between_calls()
    {
        Instruction GetGlobal(int i) => Instruction.WithIndex(Opcode.GlobalGet, i);
        Instruction SetGlobal(int i) => Instruction.WithIndex(Opcode.GlobalSet, i);
        var invocation = new Invocation(new ModuleBuilder()
            .With(m => m with
            {
                Globals =
                [
                    new(new(WasmType.F64, true), [F64(1.5), Opcode.End]), new(new(WasmType.I32, true), [I32(2), Opcode.End]), new(new(WasmType.I64, true), [I64(3), Opcode.End]),
                    new(new(WasmType.F32, true), [F32(4), Opcode.End]), new(new(WasmType.I32, false), [I32(-5), Opcode.End]),
                ],
            })
            .Function(new([], [WasmType.F64]), [], GetGlobal(0), GetGlobal(1), Opcode.F64ConvertI32S, Opcode.F64Add, GetGlobal(2), Opcode.F64ConvertI64S, Opcode.F64Add, GetGlobal(3), Opcode.F64PromoteF32, Opcode.F64Add, GetGlobal(4), Opcode.F64ConvertI32S, Opcode.F64Add)
            .Function(new([], []), [], F64(10), SetGlobal(0), I32(20), SetGlobal(1), I64(30), SetGlobal(2), F32(40), SetGlobal(3)));
        Assert.Equal(5.5, BitConverter.Int64BitsToDouble(invocation.Call(0).Bits));
        invocation.Call(1);
        Assert.Equal(95.0, BitConverter.Int64BitsToDouble(invocation.Call(0).Bits));
    }

    [Fact]
    public void Select_takes_the_first_of_any_kind_when_its_condition_holds()
    {
        var builder = new ModuleBuilder();
        WasmType[] types = [WasmType.I32, WasmType.I64, WasmType.F32, WasmType.F64, WasmType.ExternRef];
        foreach (var type in types)
        {
            var select = type == WasmType.ExternRef ? new Instruction(Opcode.SelectT, List: [(uint)type]) : Opcode.Select;
            builder.Function(new([type, type, WasmType.I32], [type]), [], Get(0), Get(1), Get(2), select);
        }

        var invocation = new Invocation(builder);
        for (var i = 0; i < types.Length; i++)
        {
            Assert.Equal(11, invocation.Call(i, 11, 22, 5).Bits);
            Assert.Equal(22, invocation.Call(i, 11, 22, 0).Bits);
        }
    }

    [Fact]
    public void Indirect_calls_go_through_the_table_and_check_the_type()
    {
        var table = Tables();
        Assert.Equal(12, table.Call(2, 5, 0).Bits);
        Assert.Equal(10, table.Call(2, 5, 1).Bits);
        Assert.Equal(TrapCode.IndirectCallTypeMismatch, table.Call(2, 5, 2).Trap);
        Assert.Equal(TrapCode.UninitializedElement, table.Call(2, 5, 3).Trap);
        Assert.Equal(TrapCode.UndefinedElement, table.Call(2, 5, 4).Trap);
        Assert.Equal(TrapCode.UndefinedElement, table.Call(2, 5, -1).Trap);
    }

    [Fact]
    public void Tables_are_read_written_grown_filled_copied_and_initialised()
    {
        var table = Tables();
        Assert.Equal(4, table.Call(3).Bits);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, table.Call(4, 4).Trap);
        Assert.Equal(1, table.Call(4, 3).Bits);
        Assert.Equal(0, table.Call(4, 0).Bits);
        Assert.Equal(4, table.Call(5, 2).Bits);
        Assert.Equal(-1, table.Call(5, 100).Bits);
        Assert.Equal(6, table.Call(3).Bits);
        Assert.Equal(10, table.Call(2, 5, 5).Bits);
        Assert.Equal(TrapCode.None, table.Call(6, 0, 5, 1).Trap);
        Assert.Equal(10, table.Call(2, 5, 0).Bits);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, table.Call(6, 0, 5, 2).Trap);
        Assert.Equal(TrapCode.None, table.Call(7, 3, 0, 1).Trap);
        Assert.Equal(12, table.Call(2, 5, 3).Bits);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, table.Call(7, 3, 1, 1).Trap);
        table.Call(8);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, table.Call(7, 3, 0, 1).Trap);
        Assert.Equal(TrapCode.None, table.Call(9, 3, 2).Trap);
        Assert.Equal(TrapCode.UninitializedElement, table.Call(2, 5, 4).Trap);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, table.Call(9, 5, 2).Trap);
        Assert.Equal(TrapCode.None, table.Call(10, 0).Trap);
        Assert.Equal(10, table.Call(2, 5, 0).Bits);
        Assert.Equal(TrapCode.OutOfBoundsTableAccess, table.Call(10, 6).Trap);
    }

    [Fact]
    public void Unreachable_traps_at_its_place_in_the_module()
    {
        var invocation = new Invocation(new ModuleBuilder()
            .Function(I32ToI32, [], Get(0))
            .Function(I32ToI32, [], Get(0), If(), Opcode.Nop, Opcode.Unreachable, Opcode.End, Get(0)));
        Assert.Equal(0, invocation.Call(1, 0).Bits);
        Assert.Equal(TrapCode.Unreachable, invocation.Call(1, 1).Trap);
        Assert.Equal(1, invocation.Executor.TrapFunction);
        Assert.Equal(invocation.Module.Functions[1].Body[3].Offset, invocation.Executor.TrapOffset);
    }

    [Fact]
    public void Unreachable_code_is_skipped_whatever_it_says()
    {
        var invocation = new Invocation(new ModuleBuilder().Function(
            I32ToI32,
            [],
            Block(WasmType.I32), I32(5), Br(0), Opcode.I32Add, Opcode.Drop, Loop(), I32(1), BrIf(0), I32(0), If(), Br(1), Opcode.Else, I32(1), Opcode.Drop, Opcode.End, Opcode.End, Opcode.F64Add, Opcode.Drop, Instruction.BrTable([0], 0), Opcode.End));
        Assert.Equal(5, invocation.Call(0, 0).Bits);
    }

    // 2: call_indirect of (local 0) through index (local 1); 3 to 10: the table instructions.
    private static Invocation Tables()
    {
        Instruction OnTable(Opcode opcode) => Instruction.WithIndex(opcode, 0);
        return new(new ModuleBuilder()
            .Function(I32ToI32, [], Get(0), I32(7), Opcode.I32Add)
            .Function(I32ToI32, [], Get(0), I32(2), Opcode.I32Mul)
            .Function(new([WasmType.I32, WasmType.I32], [WasmType.I32]), [], Get(0), Get(1), Instruction.CallIndirect(0))
            .Function(new([], [WasmType.I32]), [], OnTable(Opcode.TableSize))
            .Function(I32ToI32, [], Get(0), OnTable(Opcode.TableGet), Opcode.RefIsNull)
            .Function(I32ToI32, [], Instruction.WithIndex(Opcode.RefFunc, 1), Get(0), OnTable(Opcode.TableGrow))
            .Function(new([WasmType.I32, WasmType.I32, WasmType.I32], []), [], Get(0), Get(1), Get(2), OnTable(Opcode.TableCopy))
            .Function(new([WasmType.I32, WasmType.I32, WasmType.I32], []), [], Get(0), Get(1), Get(2), Instruction.WithIndex(Opcode.TableInit, 1))
            .Function(new([], []), [], Instruction.WithIndex(Opcode.ElemDrop, 1))
            .Function(new([WasmType.I32, WasmType.I32], []), [], Get(0), new Instruction(Opcode.RefNull, (ulong)WasmType.FuncRef), Get(1), OnTable(Opcode.TableFill))
            .Function(new([WasmType.I32], []), [], Get(0), Instruction.WithIndex(Opcode.RefFunc, 1), OnTable(Opcode.TableSet))
            .With(m => m with
            {
                Tables = [new(WasmType.FuncRef, new(4, 10))],
                Elements =
                [
                    new(SegmentMode.Active, 0, WasmType.FuncRef, [0, 1, 3], [I32(0), Opcode.End]),
                    new(SegmentMode.Passive, 0, WasmType.FuncRef, [0]),
                    new(SegmentMode.Declarative, 0, WasmType.FuncRef, [1]),
                ],
            }));
    }
}
