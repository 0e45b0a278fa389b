using Fog.Grains;
using Fog.Grains.Clusters;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Logging;

namespace Fog.Simulation.Tests.Planted;

/// <summary>The product's cluster grain with something between it and the rest. It shares the activation of what is around it.</summary>
public abstract class ClusterGrainAround(IPersistentState<ClusterState> storage, FogOptions options, TimeProvider clock, ILogger<ClusterGrain> logger) : Grain, IClusterGrain
{
    protected ClusterGrain Inner { get; } = new(storage, options, clock, logger);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Inner.OnActivateAsync(cancellationToken);

    public Task<ClusterSummary> Add(Candidate candidate, long after) => Inner.Add(candidate, after);

    public Task Open(VoteOrder order) => Inner.Open(order);

    public virtual Task<VoteReceipt> Vote(NodeId node, SeatVote vote) => Inner.Vote(node, vote);

    public Task<bool> Suspend(NodeId node, TaskId task, TaskSnapshot snapshot) => Inner.Suspend(node, task, snapshot);

    public virtual Task Finish(NodeId node, SeatVote vote) => Inner.Finish(node, vote);

    public Task ValueStored(NodeId node, TaskId task, bool found) => Inner.ValueStored(node, task, found);

    public Task<Membership?> Report(PresenceReport report) => Inner.Report(report);

    public Task Move(NodeId node, ClusterId target) => Inner.Move(node, target);

    public Task<ClusterSummary> Revive() => Inner.Revive();

    public Task<ClusterView> Describe() => Inner.Describe();
}
