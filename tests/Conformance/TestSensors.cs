using Fog.Wasm.Portable;

namespace Fog.Conformance;

/// <summary>Sensors that always read the same: <c>temperature</c>, <c>broken</c>, and no other.</summary>
internal sealed class TestSensors : ISensors
{
    public const long Temperature = -21_345_678;

    public bool TryRead(string name, out long millionths)
    {
        millionths = name == "temperature" ? Temperature : FogModule.Unreadable;
        return name is "temperature" or "broken";
    }
}
