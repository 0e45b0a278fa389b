using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class HostCallTests
{
    private const long Fuel = 1_000_000;
    private const int Imported = 0;
    private const int Own = 1;
    private static readonly FunctionType Mixed = new([WasmType.I32, WasmType.F64, WasmType.I64, WasmType.F32], [WasmType.F64, WasmType.I32]);

    [Fact]
    public void An_import_is_called_with_its_arguments_and_its_results_go_on()
    {
        // f(x) = (host(x, 2.5, -7, 0.5) as (f64, i32)) → i32 result + trunc(f64 result)
        var host = new Host((caller, function, type) =>
        {
            Assert.Equal((Imported, -1), (function, type));
            Assert.Equal((2.5, -7, 0.5f), (caller.GetF64(0), caller.GetI64(0), caller.GetF32(0)));
            caller.SetF64(0, caller.GetF64(0) * 4);
            caller.SetI32(0, caller.GetI32(0) + 1);
            return TrapCode.None;
        });
        var executor = Start(Caller(), host);
        executor.SetI32(0, 41);
        executor.Begin(0);
        Assert.Equal(RunStatus.Returned, executor.Run(Fuel));
        Assert.Equal(42 + 10, executor.GetI32(0));
    }

    [Fact]
    public void A_trap_of_the_host_is_the_caller_s_at_the_call()
    {
        var module = Caller();
        var executor = Start(module, new Host((_, _, _) => TrapCode.OutOfBoundsTableAccess));
        executor.Begin(0);
        Assert.Equal(RunStatus.Trapped, executor.Run(Fuel));
        var call = ModuleReader.Read(module.ToBytes()).Functions[0].Body.Single(i => i.Opcode == Opcode.Call);
        Assert.Equal((TrapCode.OutOfBoundsTableAccess, Own, call.Offset), (executor.Trap, executor.TrapFunction, executor.TrapOffset));
        Assert.False(executor.IsWithinHostCall);
    }

    [Fact]
    public void The_host_may_run_functions_of_the_caller_meanwhile()
    {
        // f(n) = n == 0 ? 0 : n + host(n - 1), and the host calls f.
        Executor executor = null!;
        var calls = 0;
        var host = new Host((caller, _, _) =>
        {
            calls++;
            caller.Begin(0);
            RunStatus status;
            do
            {
                status = caller.Run(3);
                Assert.True(status != RunStatus.Stopped || caller.IsWithinHostCall);
            }
            while (status == RunStatus.Stopped);
            return status == RunStatus.Trapped ? caller.Trap : TrapCode.None;
        });
        executor = Start(Recursion(), host);
        executor.SetI32(0, 20);
        executor.Begin(0);
        Assert.Equal(RunStatus.Returned, executor.Run(Fuel));
        Assert.Equal((210, 20), (executor.GetI32(0), calls));

        // Each call costs the same, whoever makes it.
        Assert.Equal(Fuel - ((21 * 2) + (20 * 6) + 1), executor.FuelLeft);
    }

    [Fact]
    public void Calls_over_the_host_count_for_the_depth()
    {
        var executor = Start(
            Recursion(),
            new Host((caller, _, _) =>
            {
                caller.Begin(0);
                return caller.Run(Fuel) == RunStatus.Trapped ? caller.Trap : TrapCode.None;
            }),
            depth: 30);
        executor.SetI32(0, 100);
        executor.Begin(0);
        Assert.Equal(RunStatus.Trapped, executor.Run(Fuel));
        Assert.Equal(TrapCode.CallStackExhausted, executor.Trap);

        // And the instance can be used again.
        executor.SetI32(0, 3);
        executor.Begin(0);
        Assert.Equal(RunStatus.Returned, executor.Run(Fuel));
        Assert.Equal(6, executor.GetI32(0));
    }

    [Fact]
    public void A_call_through_a_table_finds_functions_of_others()
    {
        var module = new ModuleBuilder()
            .Function(new([WasmType.I32], [WasmType.I32]), [], I32(5), Get(0), Instruction.CallIndirect(0))
            .Function(new([WasmType.I32], [WasmType.I32]), [], Get(0), I32(3), Opcode.I32Mul)
            .With(m => m with { Tables = [new(WasmType.FuncRef, new(3))], Elements = [new(SegmentMode.Active, 0, WasmType.FuncRef, [1], [I32(0), Opcode.End])] });
        var executor = Start(
            module,
            new Host((caller, function, type) =>
            {
                Assert.Equal((777, 0), (function, type));
                caller.SetI32(0, -caller.GetI32(0));
                return TrapCode.None;
            }),
            new ImageLink(10, [], []));
        executor.Tables[0].Elements[1] = 777;
        foreach (var (index, expected) in new[] { (0, 15), (1, -5) })
        {
            executor.SetI32(0, index);
            executor.Begin(0);
            Assert.Equal(RunStatus.Returned, executor.Run(Fuel));
            Assert.Equal(expected, executor.GetI32(0));
        }
    }

    [Fact]
    public void A_run_with_host_calls_resumed_at_every_block_makes_each_call_once()
    {
        // Sums host(i) for i from n down to 1.
        var module = new ModuleBuilder()
            .With(m => m with { Types = [new([WasmType.I32], [WasmType.I32])], Imports = [new("fog", "f", ExternalKind.Function)] })
            .Function(
                new([WasmType.I32], [WasmType.I32]),
                [WasmType.I32],
                Loop(), Get(0), Call(0), Get(1), Opcode.I32Add, Set(1), Get(0), I32(1), Opcode.I32Sub, Tee(0), BrIf(0), Opcode.End, Get(1));
        var seen = new List<int>();
        var host = new Host((caller, _, _) =>
        {
            seen.Add(caller.GetI32(0));
            caller.SetI32(0, caller.GetI32(0) * 10);
            return TrapCode.None;
        });
        var executor = Start(module, host);
        executor.SetI32(0, 5);
        executor.Begin(0);
        while (executor.Run(1) == RunStatus.Stopped)
        {
            var counter = new SnapshotWriter(null);
            executor.WriteState(counter, Fuel);
            var state = new byte[counter.Position];
            executor.WriteState(new SnapshotWriter(state), Fuel);
            executor = Start(module, host);
            executor.ReadState(new ImageReader(state), 0);
        }

        Assert.Equal([5, 4, 3, 2, 1], seen);
        Assert.Equal(150, executor.GetI32(0));
    }

    [Fact]
    public void Globals_are_read_and_set_from_outside()
    {
        var module = new ModuleBuilder()
            .Function(new([], []), [], Instruction.WithIndex(Opcode.GlobalGet, 1), I64(2), Opcode.I64Mul, Instruction.WithIndex(Opcode.GlobalSet, 1))
            .With(m => m with
            {
                Imports = [new("a", "g", ExternalKind.Global, Global: new(WasmType.F32, false))],
                Globals = [new(new(WasmType.I64, true), [I64(4), Opcode.End]), new(new(WasmType.F32, false), [Instruction.WithIndex(Opcode.GlobalGet, 0), Opcode.End])],
            });
        var executor = Start(module, new Host((_, _, _) => TrapCode.None), new ImageLink(0, [], [0x3FC00000]));
        executor.SetGlobal(1, 21);
        executor.Begin(0);
        executor.Run(Fuel);
        Assert.Equal((0x3FC00000, 42, 0x3FC00000), (executor.GetGlobal(0), executor.GetGlobal(1), executor.GetGlobal(2)));
    }

    [Fact]
    public void An_image_that_calls_out_without_a_host_is_refused()
    {
        var executor = new Executor(Image(Caller(), null), Fuel, 65_536, 10);
        executor.Begin(0);
        Assert.Equal(ImageError.CorruptCode, Assert.Throws<ImageException>(() => executor.Run(Fuel)).Error);
    }

    private static ModuleBuilder Caller() => new ModuleBuilder()
        .With(m => m with { Types = [Mixed], Imports = [new("fog", "f", ExternalKind.Function)] })
        .Function(
            new([WasmType.I32], [WasmType.I32]),
            [WasmType.I32],
            Get(0), F64(2.5), I64(-7), F32(0.5f), Call(0), Set(1), Opcode.I32TruncF64S, Get(1), Opcode.I32Add);

    private static ModuleBuilder Recursion() => new ModuleBuilder()
        .With(m => m with { Types = [new([WasmType.I32], [WasmType.I32])], Imports = [new("fog", "f", ExternalKind.Function)] })
        .Function(
            new([WasmType.I32], [WasmType.I32]),
            [],
            Get(0), If(WasmType.I32), Get(0), Get(0), I32(1), Opcode.I32Sub, Call(0), Opcode.I32Add, Opcode.Else, I32(0), Opcode.End);

    private static Executor Start(ModuleBuilder builder, IHost host, ImageLink? link = null, int depth = 200)
    {
        var executor = new Executor(Image(builder, link), Fuel, 65_536, depth, host, null, []);
        Assert.True(executor.Instantiate());
        return executor;
    }

    private static DeviceImage Image(ModuleBuilder builder, ImageLink? link)
    {
        var module = ModuleReader.Read(builder.ToBytes());
        ModuleValidator.Validate(module);
        return new(ImageWriter.Write(module, link: link ?? new ImageLink(Own, [Imported], [])));
    }

    private sealed class Host(Func<Executor, int, int, TrapCode> call) : IHost
    {
        public TrapCode Call(IGuest caller, int function, int type) => call((Executor)caller, function, type);
    }
}
