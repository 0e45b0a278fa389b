using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Interfaces.Clusters;

/// <summary>A seat that nobody has, and how far its device came: what a fog host runs to its end. The vote is that device's, in that seat, and nobody else's.</summary>
/// <param name="Node">Who made the snapshot.</param>
[GenerateSerializer, Immutable, Alias("fog.SuspendedSeat")]
public sealed record SuspendedSeat(ClusterId Cluster, NodeId Node, TaskId Task, TaskSnapshot Snapshot);
