using Fog.Grains;
using Fog.Grains.Rollouts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: its first stage reaches every device.</summary>
[GrainType("rollout"), Reentrant]
public sealed class StagelessRolloutGrain(
    [PersistentState("rollout")] IPersistentState<RolloutState> storage, FogOptions options, TimeProvider clock, ILogger<RolloutGrain> logger)
    : RolloutGrainAround(new OneStage(storage), options, clock, logger)
{
    private sealed class OneStage(IPersistentState<RolloutState> inner) : IPersistentState<RolloutState>
    {
        public RolloutState State
        {
            get => inner.State;
            set => inner.State = value with { Marks = value.Marks.Replace(RolloutMark.Untouched, RolloutMark.Offered) };
        }

        public string? Etag => inner.Etag;

        public bool RecordExists => inner.RecordExists;

        public Task ReadStateAsync() => inner.ReadStateAsync();

        public Task ReadStateAsync(CancellationToken cancellationToken) => inner.ReadStateAsync(cancellationToken);

        public Task WriteStateAsync() => inner.WriteStateAsync();

        public Task WriteStateAsync(CancellationToken cancellationToken) => inner.WriteStateAsync(cancellationToken);

        public Task ClearStateAsync() => inner.ClearStateAsync();

        public Task ClearStateAsync(CancellationToken cancellationToken) => inner.ClearStateAsync(cancellationToken);
    }
}
