using Fog.Grains;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rollouts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: it takes a release that a device has staged for one that the device has confirmed.</summary>
[GrainType("rollout"), Reentrant]
public sealed class CredulousRolloutGrain(
    [PersistentState("rollout")] IPersistentState<RolloutState> storage,
    [PersistentState("fleet")] IPersistentState<RolloutFleet> fleet,
    FogOptions options,
    TimeProvider clock,
    ILogger<RolloutGrain> logger)
    : RolloutGrainAround(storage, fleet, options, clock, logger)
{
    private readonly IPersistentState<RolloutState> _storage = storage;

    public override Task<bool> Report(NodeId node, UpdateReport report) => base.Report(
        node,
        report.State == UpdateState.Staged && _storage.State.Offer is { } offer ? report with { State = UpdateState.Confirmed, RunningVersion = offer.Version } : report);
}
