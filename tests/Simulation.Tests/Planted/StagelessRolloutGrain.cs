using Fog.Grains;
using Fog.Grains.Rollouts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: its first stage reaches every device.</summary>
[GrainType("rollout"), Reentrant]
public sealed class StagelessRolloutGrain(
    [PersistentState("rollout")] IPersistentState<RolloutState> storage,
    [PersistentState("fleet")] IPersistentState<RolloutFleet> fleet,
    FogOptions options,
    TimeProvider clock,
    ILogger<RolloutGrain> logger)
    : RolloutGrainAround(new ChangedState<RolloutState>(storage, static state => state with { Marks = state.Marks.Replace(RolloutMark.Untouched, RolloutMark.Offered) }), fleet, options, clock, logger);
