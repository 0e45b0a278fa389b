namespace Fog.Grains.Interfaces.Nodes;

/// <summary>What a function may ask of its call, the same for every voter and in every attempt.</summary>
/// <param name="NowMillis">When the call was accepted, ms since 1970-01-01 UTC.</param>
/// <param name="Seed">Of its random numbers; any value.</param>
[GenerateSerializer, Immutable, Alias("fog.CallContext")]
public readonly record struct CallContext([property: Id(0)] long NowMillis, [property: Id(1)] long Seed);
