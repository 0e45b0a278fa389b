using Fog.Grains;
using Fog.Grains.Clusters;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: it elects, but never begins another term.</summary>
[GrainType("cluster"), Reentrant, KeepAlive]
public sealed class TermlessClusterGrain(
    [PersistentState("cluster")] IPersistentState<ClusterState> storage, FogOptions options, TimeProvider clock, ILogger<ClusterGrain> logger)
    : ClusterGrainAround(new ChangedState<ClusterState>(storage, static state => state.Term <= 1 ? state : state with { Term = 1 }), options, clock, logger);
