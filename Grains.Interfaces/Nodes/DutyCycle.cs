using System.Text.Json.Serialization;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>How often a device wakes and how long it listens.</summary>
/// <param name="Period">From wake to wake; 100 ms to 24 h.</param>
/// <param name="ListenPermille">Share of the period spent listening, 1 to 1000 ‰.</param>
[GenerateSerializer, Immutable, Alias("fog.DutyCycle")]
public readonly record struct DutyCycle([property: Id(0)] TimeSpan Period, [property: Id(1)] int ListenPermille)
{
    [JsonIgnore]
    public double Fraction => ListenPermille / 1000.0;
}
