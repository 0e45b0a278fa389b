using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A function as a value: what tables hold and modules import. Its meter has the arguments, then the results.</summary>
public abstract class GuestFunction(FunctionType type)
{
    public FunctionType Type { get; } = type;

    /// <param name="caller">Whose meter it is; when that has trapped there are no results.</param>
    /// <param name="depth">Calls that may still be opened below this one.</param>
    internal abstract void Invoke(ModuleInstance caller, int depth);
}

/// <summary>A function of an instance.</summary>
internal sealed class CompiledFunction(ModuleInstance owner, FunctionType type, int index) : GuestFunction(type)
{
    private ModuleEntry? entry;

    internal override void Invoke(ModuleInstance caller, int depth) => (entry ??= owner.Module.Entry(index))(owner, depth);
}

/// <summary>A function of the host.</summary>
/// <param name="number">What the host knows it by.</param>
public sealed class HostFunction(FunctionType type, IHost host, int number) : GuestFunction(type)
{
    // Called through a table: a trap of it belongs to no instruction.
    internal override void Invoke(ModuleInstance caller, int depth) => Invoke(caller, 0, 0);

    internal void Invoke(ModuleInstance caller, int function, int offset)
    {
        var trap = host.Call(caller, number, type: -1);
        if (trap != TrapCode.None) caller.Meter.Raise(caller.Meter.Fuel, trap, function, offset);
    }
}

/// <summary>Calls a function of an instance: arguments and results are in the slots of its meter.</summary>
internal delegate void ModuleEntry(ModuleInstance instance, int depth);
