using System.Runtime.InteropServices;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Conformance.Fuzz;

/// <summary>The module compiled to IL.</summary>
internal sealed class CompiledFuzzEngine : FuzzEngine
{
    private readonly Meter meter = new(Fuel);
    private readonly ModuleInstance instance;

    public CompiledFuzzEngine(CompiledModule code) => instance = new(code, meter, MemoryBytesMax, import => Imported(code.Source, import));

    public override long FuelLeft => meter.FuelLeft;

    public override string? Start() => Outcome(instance.Start(CallDepthMax));

    public override string? Call(int function, ScriptValue[] arguments, out ulong[] results)
    {
        var guest = instance.Function(instance.Module.Source.Imports.Length + function);
        results = [];
        if (Outcome(instance.Call(guest, arguments.Select(a => a.Type.IsReference() ? null : (object)a.Bits).ToArray(), CallDepthMax)) is { } trap) return trap;
        results = [.. guest.Type.Results.Select((t, i) => t.IsReference() ? (meter.Result(t, i) is null ? 0UL : 1) : (ulong)meter.Result(t, i)!)];
        return null;
    }

    public override IEnumerable<long> Memory() =>
        instance.Memory is null ? [] : MemoryMarshal.Cast<byte, long>(instance.Memory.Span).ToArray();

    public override ulong Global(int index) => instance.Globals[index].Bits;

    private HostFunction Imported(Module module, Import import)
    {
        var index = FogImports.IndexOf(module, import);
        return new(FogImports.All[index].Type, Imports, FogModule.FirstNumber + index);
    }

    private string? Outcome(bool passed) => passed ? null : Trap(meter.Trap, meter.TrapFunction, meter.TrapOffset);
}
