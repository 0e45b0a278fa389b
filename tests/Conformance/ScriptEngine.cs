using Fog.Wasm.Format;

namespace Fog.Conformance;

/// <summary>An engine for one script: its modules may import from one another.</summary>
internal abstract class ScriptEngine
{
    // As much as a script may take: the endless recursions of the suite end at the call depth.
    protected const long Fuel = 100_000_000_000;
    protected const int MemoryBytesMax = 256 << 20;

    /// <param name="exporters">Instances by the names they are registered under.</param>
    /// <exception cref="Wasm.Runtime.Compilation.LinkException">An import is not there, or does not fit.</exception>
    public abstract ScriptInstance Instantiate(Module module, IReadOnlyDictionary<string, ScriptInstance> exporters);
}

/// <summary>An instance of a module of a script.</summary>
internal abstract class ScriptInstance
{
    /// <summary>Runs segments and the start function; the message of a trap, or null.</summary>
    public abstract string? Start();

    /// <summary>Calls an export; the message of a trap, or null and the results.</summary>
    public abstract string? Call(string export, IReadOnlyList<ScriptValue> arguments, out IReadOnlyList<ScriptValue> results);

    public abstract ScriptValue Get(string export);
}
