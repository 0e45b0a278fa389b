using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Dispatch;

/// <summary>What a site's dispatcher must not forget: which clusters and hosts there are. How they are doing, they say.</summary>
[GenerateSerializer, Immutable, Alias("fog.DispatcherState")]
public sealed record DispatcherState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    [Id(1)]
    public ImmutableArray<ClusterId> Clusters { get; init; } = [];

    [Id(2)]
    public ImmutableArray<HostId> Hosts { get; init; } = [];

    [Id(3)]
    public ImmutableArray<Unassigned> Unassigned { get; init; } = [];

    /// <summary>Of the cluster made last; names are never used again.</summary>
    [Id(4)]
    public int LastClusterNumber { get; init; }
}

/// <summary>A node on its way into a cluster.</summary>
/// <param name="Target">Decided, and kept until that cluster has it: asked twice, it goes to the same one.</param>
[GenerateSerializer, Immutable, Alias("fog.Unassigned")]
public sealed record Unassigned(Candidate Node, ClusterId? Target);
