using Fog.Wasm.Format;

namespace Fog.Conformance;

/// <summary>Device images on the portable executor.</summary>
/// <param name="resumes">Whether runs are stopped, saved and gone on with in another executor, again and again.</param>
internal sealed class PortableEngine(bool resumes) : ScriptEngine
{
    internal const long FuelMax = Fuel;
    internal const int MemoryMax = MemoryBytesMax;

    private readonly Store store = new();

    public override ScriptInstance Instantiate(Module module, IReadOnlyDictionary<string, ScriptInstance> exporters) =>
        new PortableInstance(module, store, exporters, resumes);
}
