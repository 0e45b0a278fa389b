using System.Collections.Immutable;
using Fog.Grains.Interfaces.Functions;

namespace Fog.Grains.Functions;

[GenerateSerializer, Immutable, Alias("fog.KeptState")]
public sealed record KeptState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>One for each key. An empty text stays, so that an earlier call does not bring its own back.</summary>
    [Id(1)]
    public ImmutableArray<KeptValue> Values { get; init; } = [];
}
