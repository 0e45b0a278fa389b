using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class FuelTests
{
    private static readonly FunctionType I32ToI32 = new([WasmType.I32], [WasmType.I32]);

    [Fact]
    public void Instructions_cost_one_and_structure_nothing()
    {
        Assert.Equal([4], Cost(0, 0, Get(0), I32(1), Opcode.Drop, Opcode.I32Clz));
        Assert.Equal([1], Cost(0, 0, Block(), Loop(), Opcode.Nop, Opcode.End, Opcode.End, Get(0)));
    }

    [Fact]
    public void Declared_locals_cost_one_each()
    {
        var invocation = new Invocation(new ModuleBuilder().Function(I32ToI32, [WasmType.I32, WasmType.F64, WasmType.I64], Get(0)));
        Assert.Equal(4, Used(invocation, 0));
    }

    [Fact]
    public void Only_the_arm_that_runs_is_paid()
    {
        long[] costs = Cost(0, 2, Get(0), If(), I32(1), Opcode.Drop, I32(1), Opcode.Drop, Opcode.Else, Opcode.Nop, Opcode.End, Get(0));
        Assert.Equal([3, 7, 7], costs);
        Assert.Equal([3, 5, 5], Cost(0, 2, Get(0), If(), I32(1), Opcode.Drop, Opcode.End, Get(0)));
    }

    [Fact]
    public void A_branch_taken_saves_what_it_jumps_over()
    {
        // get, br_if; then const, drop unless taken; then get.
        Assert.Equal([5, 3], Cost(0, 1, Block(), Get(0), BrIf(0), I32(1), Opcode.Drop, Opcode.End, Get(0)));
    }

    [Fact]
    public void A_check_costs_one_and_begins_no_block()
    {
        // All of it is one block of 5: get, if, get and what follows.
        Instruction[] body = [Get(0), If(), Opcode.Unreachable, Opcode.End, Get(0), I32(1), Opcode.I32Add];
        Assert.Equal([5], Cost(0, 0, body));
        var invocation = new Invocation(new ModuleBuilder().Function(I32ToI32, [], body));
        var before = invocation.Executor.FuelLeft;
        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 1).Trap);
        Assert.Equal(5, before - invocation.Executor.FuelLeft);
        Assert.Equal(invocation.Module.Functions[0].Body[2].Offset, invocation.Executor.TrapOffset);
    }

    [Fact]
    public void Each_turn_of_a_loop_is_paid() =>
        Assert.Equal([5 + 1, 10 + 1, 15 + 1], Cost(1, 3, Loop(), Get(0), I32(1), Opcode.I32Sub, Tee(0), BrIf(0), Opcode.End, Get(0)));

    [Fact]
    public void A_call_pays_for_the_callee_and_does_not_end_a_block()
    {
        var invocation = new Invocation(new ModuleBuilder()
            .Function(I32ToI32, [WasmType.I32], Get(0), Get(0), Opcode.I32Mul)
            .Function(I32ToI32, [], Get(0), Call(0), I32(1), Opcode.I32Add));
        var before = invocation.Executor.FuelLeft;
        invocation.Call(1, 3);
        Assert.Equal(4 + 1 + 3, before - invocation.Executor.FuelLeft);
    }

    [Fact]
    public void What_cannot_pay_a_block_does_not_run_any_of_it()
    {
        var builder = new ModuleBuilder().Memory(1).Function(new([], []), [], I32(0), I32(7), Instruction.Access(Opcode.I32Store), I32(0), Opcode.Drop);
        var invocation = new Invocation(builder, fuel: 4);
        Assert.Equal(TrapCode.FuelExhausted, invocation.Call(0).Trap);
        Assert.Equal(0, invocation.Executor.Memory.LoadI32(0));
        Assert.Equal(4, invocation.Executor.FuelLeft);
        Assert.Equal(invocation.Module.Functions[0].Body[0].Offset, invocation.Executor.TrapOffset);
    }

    [Fact]
    public void Fuel_runs_out_at_the_block_that_could_not_be_paid()
    {
        var builder = new ModuleBuilder().Function(I32ToI32, [], Get(0), If(), I32(1), Opcode.Drop, Opcode.End, Get(0));
        var invocation = new Invocation(builder, fuel: 4);
        Assert.Equal(TrapCode.FuelExhausted, invocation.Call(0, 1).Trap);
        Assert.Equal(0, invocation.Executor.FuelLeft);
        Assert.Equal(invocation.Module.Functions[0].Body[5].Offset, invocation.Executor.TrapOffset);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(4_096, 512)]
    public void Bulk_memory_pays_for_each_eight_bytes_begun(int bytes, int fuel)
    {
        var invocation = new Invocation(new ModuleBuilder().Memory(1)
            .Function(new([WasmType.I32], []), [], I32(0), I32(1), Get(0), Opcode.MemoryFill)
            .Function(new([WasmType.I32], []), [], I32(8), I32(0), Get(0), Opcode.MemoryCopy)
            .Function(new([WasmType.I32], []), [], I32(8), I32(0), Get(0), Instruction.WithIndex(Opcode.MemoryInit, 0))
            .With(m => m with { Data = [new(SegmentMode.Passive, [.. new byte[4_096]])] }));
        for (var function = 0; function < 3; function++)
        {
            var before = invocation.Executor.FuelLeft;
            Assert.Equal(TrapCode.None, invocation.Call(function, bytes).Trap);
            Assert.Equal(4 + fuel, before - invocation.Executor.FuelLeft);
        }
    }

    [Fact]
    public void Bulk_work_that_cannot_be_paid_is_not_done()
    {
        var invocation = new Invocation(new ModuleBuilder().Memory(1).Function(new([], []), [], I32(0), I32(1), I32(800), Opcode.MemoryFill), fuel: 103);
        Assert.Equal(TrapCode.FuelExhausted, invocation.Call(0).Trap);
        Assert.Equal(0, invocation.Executor.Memory.LoadI32(0));
        var enough = new Invocation(new ModuleBuilder().Memory(1).Function(new([], []), [], I32(0), I32(1), I32(800), Opcode.MemoryFill), fuel: 104);
        Assert.Equal(TrapCode.None, enough.CallInSlices(0, 1).Trap);
        Assert.Equal(0, enough.Executor.FuelLeft);
    }

    [Fact]
    public void A_block_whose_bulk_work_exceeds_32_bits_of_fuel_pays_all_of_it()
    {
        const int Pages = 64, Fills = 4_200;
        const long FuelPerFill = (Pages * 65_536 / 8) + 4;
        Assert.True(Fills * FuelPerFill > int.MaxValue);
        Instruction[] fill = [Get(0), Get(0), Get(1), Opcode.MemoryFill];
        var builder = new ModuleBuilder().Memory(Pages)
            .Function(new([WasmType.I32, WasmType.I32], []), [], [.. Enumerable.Repeat(fill, Fills).SelectMany(i => i)]);
        var invocation = new Invocation(builder, fuel: long.MaxValue);
        Assert.Equal(TrapCode.None, invocation.CallInSlices(0, 1, 0, Pages * 65_536).Trap);
        Assert.Equal(long.MaxValue - (Fills * FuelPerFill), invocation.Executor.FuelLeft);
    }

    [Fact]
    public void Growing_memory_has_a_fixed_price()
    {
        var invocation = new Invocation(new ModuleBuilder().Memory(1).Function(I32ToI32, [], Get(0), Opcode.MemoryGrow));
        Assert.Equal(2 + 256, Used(invocation, 1));
        Assert.Equal(2 + 256, Used(invocation, 100_000));
    }

    // Fuel of a function of one i32 for the arguments from first to last.
    private static long[] Cost(int first, int last, params Instruction[] body)
    {
        var invocation = new Invocation(new ModuleBuilder().Function(I32ToI32, [], body));
        return [.. Enumerable.Range(first, last - first + 1).Select(i => Used(invocation, i))];
    }

    private static long Used(Invocation invocation, long argument)
    {
        var before = invocation.Executor.FuelLeft;
        Assert.Equal(TrapCode.None, invocation.Call(0, argument).Trap);
        return before - invocation.Executor.FuelLeft;
    }
}
