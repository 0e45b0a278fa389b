namespace Fog.Grains.Rules;

/// <summary>Sizes of clusters, in nodes.</summary>
public sealed record ClusteringOptions
{
    /// <summary>Below it a cluster is degraded. Default 3: the reference system's groups have 3 to 7 nodes.</summary>
    public int SizeMin { get; init; } = 3;

    /// <summary>Default 5: the reference system's best trade-off.</summary>
    public int SizeBest { get; init; } = 5;

    /// <summary>Default 7.</summary>
    public int SizeMax { get; init; } = 7;
}
