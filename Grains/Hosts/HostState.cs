using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;

namespace Fog.Grains.Hosts;

[GenerateSerializer, Immutable, Alias("fog.HostState")]
public sealed record HostState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Waiting or running, in the order they came.</summary>
    [Id(1)]
    public ImmutableArray<HostJob> Jobs { get; init; } = [];
}

/// <param name="Outcome">Set once it has run; kept until the invocation has it.</param>
[GenerateSerializer, Immutable, Alias("fog.HostJob")]
public sealed record HostJob(VoteOrder Order, DateTimeOffset TakenAt, Interfaces.Invocations.Outcome? Outcome);
