using Fog.Grains;
using Fog.Grains.Clusters;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: what a host makes of one device's snapshot counts for another device's seat, too.</summary>
[GrainType("cluster"), Reentrant, KeepAlive]
public sealed class TwiceFinishingClusterGrain(
    [PersistentState("cluster")] IPersistentState<ClusterState> storage, FogOptions options, TimeProvider clock, ILogger<ClusterGrain> logger)
    : ClusterGrainAround(storage, options, clock, logger)
{
    private readonly IPersistentState<ClusterState> _storage = storage;

    public override async Task Finish(NodeId node, SeatVote vote)
    {
        await base.Finish(node, vote);
        var seats = _storage.State.Votes.FirstOrDefault(v => v.Task == vote.Task)?.Seats ?? [];
        if (seats.FirstOrDefault(s => s.Vote is null && s.Node is not null)?.Node is { } another)
        {
            await base.Vote(another, vote);
        }
    }
}
