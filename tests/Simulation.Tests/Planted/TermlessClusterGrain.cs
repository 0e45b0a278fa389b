using Fog.Grains;
using Fog.Grains.Clusters;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: it elects, but never begins another term.</summary>
[GrainType("cluster"), Reentrant, KeepAlive]
public sealed class TermlessClusterGrain(
    [PersistentState("cluster")] IPersistentState<ClusterState> storage, FogOptions options, TimeProvider clock, ILogger<ClusterGrain> logger)
    : ClusterGrainAround(new OneTerm(storage), options, clock, logger)
{
    private sealed class OneTerm(IPersistentState<ClusterState> inner) : IPersistentState<ClusterState>
    {
        public ClusterState State
        {
            get => inner.State;
            set => inner.State = value.Term <= 1 ? value : value with { Term = 1 };
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
