using System.Collections.Immutable;
using Fog.Grains.Interfaces.Events;

namespace Fog.Grains.Events;

[GenerateSerializer, Immutable, Alias("fog.JournalState")]
public sealed record JournalState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>The latest entries, oldest first.</summary>
    [Id(1)]
    public ImmutableArray<JournalEntry> Entries { get; init; } = [];
}
