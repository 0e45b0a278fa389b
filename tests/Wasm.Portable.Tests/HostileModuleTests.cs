using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class HostileModuleTests
{
    [Fact]
    public void An_endless_loop_ends_with_its_fuel()
    {
        var run = FunctionRunTests.Start(Void(m => m.Function(new([], []), [], Loop(), Br(0), Opcode.End)), [], fuel: 1_000_000);
        var steps = 0;
        while (!run.Step(10_000)) steps++;
        Assert.Equal(TrapCode.FuelExhausted, FunctionRunTests.Trapped(run).Code);
        Assert.InRange(steps, 99, 101);
    }

    [Fact]
    public void Endless_recursion_ends_at_the_call_depth()
    {
        var module = Void(m => m.Function(new([], []), [WasmType.I64, WasmType.F64, WasmType.I32], Call(0)));
        var run = FunctionRunTests.Start(module, [], depth: 1_000);
        Assert.True(run.Step(long.MaxValue));
        var trap = FunctionRunTests.Trapped(run);
        Assert.Equal((TrapCode.CallStackExhausted, 0u), (trap.Code, trap.Function));
        Assert.InRange(run.HeapBytes, 1_000, 200_000);

        // The same depth everywhere: 15 calls of a function that costs 4.
        var shallow = FunctionRunTests.Start(module, [], depth: 15);
        Assert.True(shallow.Step(long.MaxValue));
        Assert.Equal(15 * 4, shallow.FuelUsed);
    }

    [Fact]
    public void Recursion_through_a_table_ends_at_the_call_depth_too()
    {
        var module = Void(m => m
            .Function(new([], []), [], I32(0), Instruction.CallIndirect(0))
            .With(x => x with { Tables = [new(WasmType.FuncRef, new(1))], Elements = [new(SegmentMode.Active, 0, WasmType.FuncRef, [0], [I32(0), Opcode.End])] }));
        var run = FunctionRunTests.Start(module, [], depth: 1_000);
        Assert.True(run.Step(long.MaxValue));
        Assert.Equal(TrapCode.CallStackExhausted, FunctionRunTests.Trapped(run).Code);
    }

    [Fact]
    public void Memory_that_grows_for_ever_stays_within_its_limit_and_costs_only_what_it_touches()
    {
        var module = Void(m => m.Memory(0).Function(new([], []), [], Loop(), I32(1), Opcode.MemoryGrow, Opcode.Drop, Br(0), Opcode.End));
        var run = FunctionRunTests.Start(module, [], fuel: 1_000_000, memory: 1 << 20);
        while (!run.Step(100_000)) continue;
        Assert.Equal(TrapCode.FuelExhausted, FunctionRunTests.Trapped(run).Code);
        Assert.InRange(run.HeapBytes, 1_000, 30_000);
    }

    [Fact]
    public void Frames_as_large_as_they_may_be_stay_bounded()
    {
        var locals = Enumerable.Repeat(WasmType.I64, ModuleLimits.LocalsMax).ToArray();
        var run = FunctionRunTests.Start(Void(m => m.Function(new([], []), [.. locals], Call(0))), [], fuel: long.MaxValue, depth: 1_000);
        Assert.True(run.Step(long.MaxValue));
        Assert.Equal(TrapCode.CallStackExhausted, FunctionRunTests.Trapped(run).Code);
        Assert.InRange(run.HeapBytes, 1_000, 70_000_000);
    }

    [Fact]
    public void Blocks_as_deep_as_they_may_be_run()
    {
        var depth = ModuleLimits.NestingMax;
        Instruction[] body = [.. Enumerable.Repeat(Block(), depth), Get(0), BrIf(depth - 1), .. Enumerable.Repeat((Instruction)Opcode.End, depth), Get(0)];
        var invocation = new Invocation(new ModuleBuilder().Function(new([WasmType.I32], [WasmType.I32]), [], body));
        Assert.Equal(9, invocation.Call(0, 9).Bits);
        Assert.Equal(0, invocation.Call(0, 0).Bits);
    }

    [Fact]
    public void A_huge_branch_table_is_one_jump()
    {
        var labels = Enumerable.Range(0, 20_000).Select(i => (uint)(i % 2)).ToArray();
        var invocation = new Invocation(new ModuleBuilder().Function(
            new([WasmType.I32], [WasmType.I32]),
            [],
            Block(), Block(), Get(0), Instruction.BrTable([.. labels], 0), Opcode.End, I32(10), Opcode.Return, Opcode.End, I32(11)));
        Assert.Equal([10, 11, 10, 10], new long[] { 0, 19_999, 20_000, -1 }.Select(i => (int)invocation.Call(0, i).Bits));
    }

    [Fact]
    public void Branches_over_the_longest_body_land()
    {
        // A call is two bytes and two cells, so this is more than a compare-and-branch can jump over.
        Instruction[] calls = [.. Enumerable.Repeat(Call(1), 29_000)];
        var invocation = new Invocation(new ModuleBuilder()
            .Function(
                new([WasmType.I32, WasmType.I32], [WasmType.I32]),
                [],
                [Block(), Get(1), I32(7), Opcode.I32LtS, BrIf(0), Get(1), Get(0), Opcode.I32Eq, BrIf(0), .. calls, I32(-1), Set(0), Opcode.End, Get(0)])
            .Function(new([], []), []));
        Assert.Equal(5, invocation.Call(0, 5, 6).Bits);
        Assert.Equal(8, invocation.Call(0, 8, 8).Bits);
        Assert.Equal(-1, invocation.Call(0, 5, 8).Bits);
    }

    [Fact]
    public void Operands_as_high_as_they_may_be_run()
    {
        var count = ModuleLimits.OperandsMax;
        Instruction[] body = [.. Enumerable.Repeat(I32(1), count), .. Enumerable.Repeat((Instruction)Opcode.I32Add, count - 1)];
        Assert.Equal(count, new Invocation(new ModuleBuilder().Function(new([], [WasmType.I32]), [], body)).Call(0).Bits);
    }

    [Fact]
    public void Bulk_operations_in_a_loop_pay_for_what_they_move()
    {
        var module = Void(m => m.Memory(1).Function(new([], []), [], Loop(), I32(0), I32(1), I32(65_536), Opcode.MemoryFill, Br(0), Opcode.End));
        var run = FunctionRunTests.Start(module, [], fuel: 1_000_000);
        Assert.True(run.Step(long.MaxValue));
        Assert.Equal(TrapCode.FuelExhausted, FunctionRunTests.Trapped(run).Code);
        Assert.InRange(run.FuelUsed, 1_000_000 - 8_200, 1_000_000);
    }

    private static ModuleBuilder Void(Func<ModuleBuilder, ModuleBuilder> build) =>
        build(new ModuleBuilder()).Export("f", 0).Manifest(new("f", "1", [], new(FogKind.Void), FuelMax: long.MaxValue, MemoryBytesMax: 1 << 20));
}
