using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Conformance.Fuzz;

/// <summary>The portable executor, in one go or stopped, saved and gone on with again and again.</summary>
internal sealed class PortableFuzzEngine : FuzzEngine
{
    private readonly Module module;
    private readonly byte[] image;
    private readonly bool resumes;
    private Executor executor;

    /// <exception cref="ImageException">It wants more memory than it may have.</exception>
    public PortableFuzzEngine(Module module, byte[] image, bool resumes)
    {
        (this.module, this.image, this.resumes) = (module, image, resumes);
        executor = New();
    }

    public override long FuelLeft => executor.FuelLeft;

    public override string? Start()
    {
        if (!executor.Instantiate()) return Trap(executor.Trap, executor.TrapFunction, executor.TrapOffset);
        return module.Start is { } start ? Run(start - module.Imports.Length) : null;
    }

    public override string? Call(int function, ScriptValue[] arguments, out ulong[] results)
    {
        var next = new int[4];
        foreach (var argument in arguments) Set(argument, next);
        results = [];
        if (Run(function) is { } trap) return trap;
        var places = new int[4];
        results = [.. module.Types[module.Functions[function].TypeIndex].Results.Select(t => Result(t, places))];
        return null;
    }

    public override IEnumerable<long> Memory()
    {
        for (var at = 0; at < executor.Memory.Bytes; at += sizeof(long)) yield return executor.Memory.LoadI64(at);
    }

    public override ulong Global(int index) => (ulong)executor.GetGlobal(index);

    // The executor makes its image's bytes its own.
    private Executor New() => new(new DeviceImage((byte[])image.Clone()), Fuel, MemoryBytesMax, CallDepthMax, module.Imports.Length > 0 ? Imports : null, null, []);

    private string? Run(int function)
    {
        executor.Begin(function);
        var slice = resumes ? 1 : Fuel;
        RunStatus status;
        while ((status = executor.Run(slice)) == RunStatus.Stopped)
        {
            if (!resumes) continue;
            var counter = new SnapshotWriter(null);
            executor.WriteState(counter, Fuel);
            var state = new byte[counter.Position];
            executor.WriteState(new SnapshotWriter(state), Fuel);
            executor = New();
            executor.ReadState(new ImageReader(state), function);
            slice *= 3;
        }

        return status == RunStatus.Trapped ? Trap(executor.Trap, executor.TrapFunction, executor.TrapOffset) : null;
    }

    private void Set(ScriptValue value, int[] next)
    {
        switch (value.Type)
        {
            case WasmType.I64:
                executor.SetI64(next[1]++, (long)value.Bits);
                break;
            case WasmType.F32:
                executor.SetF32(next[2]++, FloatOps.FromBits((int)value.Bits));
                break;
            case WasmType.F64:
                executor.SetF64(next[3]++, BitConverter.UInt64BitsToDouble(value.Bits));
                break;
            default:
                executor.SetI32(next[0]++, (int)value.Bits);
                break;
        }
    }

    private ulong Result(WasmType type, int[] next) => type switch
    {
        WasmType.I32 => (uint)executor.GetI32(next[0]++),
        WasmType.I64 => (ulong)executor.GetI64(next[1]++),
        WasmType.F32 => (uint)FloatOps.ToBits(executor.GetF32(next[2]++)),
        WasmType.F64 => BitConverter.DoubleToUInt64Bits(executor.GetF64(next[3]++)),
        _ => executor.GetI32(next[0]++) == -1 ? 0UL : 1,
    };
}
