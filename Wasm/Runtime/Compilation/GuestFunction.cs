using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A function as a value: what tables hold and modules import. Its meter has the arguments, then the results.</summary>
public abstract class GuestFunction(FunctionType type)
{
    public FunctionType Type { get; } = type;

    /// <param name="meter">Of the run; when it has trapped there are no results.</param>
    /// <param name="depth">Calls that may still be opened below this one.</param>
    internal abstract void Invoke(Meter meter, int depth);
}

/// <summary>A function of an instance.</summary>
internal sealed class CompiledFunction(ModuleInstance owner, FunctionType type, int index) : GuestFunction(type)
{
    private ModuleEntry? entry;

    internal override void Invoke(Meter meter, int depth) => (entry ??= owner.Module.Entry(index))(owner, depth);
}

/// <summary>A function of the host.</summary>
/// <param name="body">Takes and leaves bits of numbers in the slots, references in the references, each at its place.</param>
public sealed class HostFunction(FunctionType type, Action<long[], object?[]> body) : GuestFunction(type)
{
    internal override void Invoke(Meter meter, int depth) => body(meter.Slots, meter.References);
}

/// <summary>Calls a function of an instance: arguments and results are in the slots of its meter.</summary>
internal delegate void ModuleEntry(ModuleInstance instance, int depth);
