using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Wasm.Runtime.Tests.Compilation;

/// <summary>A module on the portable executor and compiled: every call must end the same way on both, fuel and memory included.</summary>
internal sealed class BothEngines
{
    private const int MemoryBytesMax = 16 << 20;
    private const int StackBytes = 64 << 20;

    private readonly Invocation portable;
    private readonly Meter meter;
    private readonly ModuleInstance compiled;
    private readonly int callDepthMax;

    public BothEngines(ModuleBuilder builder, long fuel = 1_000_000_000, int callDepthMax = 200, ISliceSource? slices = null)
    {
        this.callDepthMax = callDepthMax;
        portable = new(builder, fuel, MemoryBytesMax, callDepthMax);
        meter = new(fuel, slices);
        compiled = new(CompiledModule.Compile(portable.Module), meter, MemoryBytesMax);
        Assert.True(compiled.Start(callDepthMax));
    }

    public long FuelLeft => meter.FuelLeft;

    public int TrapOffset => meter.TrapOffset;

    /// <summary>Bits of the results, or the trap.</summary>
    public (TrapCode Trap, long[] Results) Call(int function, params long[] arguments)
    {
        var type = portable.Module.Types[portable.Module.Functions[function].TypeIndex];
        var outcome = portable.Call(function, arguments);
        object?[] values = [.. arguments.Select(a => (object)(ulong)a)];
        var returned = GuestThread.Call(StackBytes, () => compiled.Call(compiled.Function(function), values, callDepthMax));
        var executor = portable.Executor;
        Assert.Equal(outcome.Trap, meter.Trap);
        Assert.Equal(outcome.Trap == TrapCode.None, returned);
        Assert.Equal(executor.FuelLeft, meter.FuelLeft);
        if (!returned) Assert.Equal((executor.TrapFunction, executor.TrapOffset), (meter.TrapFunction, meter.TrapOffset));
        long[] results = returned ? [.. type.Results.Select((t, i) => t is WasmType.I64 or WasmType.F64 ? meter.Slots[i] : (int)meter.Slots[i])] : [];
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Equal(portable.Result(type.Results[i], type.Results.Take(i).Count(t => t == type.Results[i])), results[i]);
        }

        CompareMemory(executor.Memory);
        return (meter.Trap, results);
    }

    private void CompareMemory(LinearMemory memory)
    {
        if (compiled.Memory is null) return;
        Assert.Equal(memory.Bytes, compiled.Memory.Size);
        var words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(compiled.Memory.Span);
        for (var i = 0; i < words.Length; i++)
        {
            if (memory.LoadI64(8 * i) != words[i]) Assert.Fail($"memory at {8 * i}: {memory.LoadI64(8 * i):X}, compiled {words[i]:X}");
        }
    }
}
