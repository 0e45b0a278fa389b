using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;

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

/// <summary>A call, or one seat of a vote on it.</summary>
/// <param name="Outcome">Of a call: set once it has run, kept until the invocation has it.</param>
/// <param name="Seat">Null: the whole call.</param>
/// <param name="Vote">Of a seat: set once it has run, kept until the cluster has it.</param>
[GenerateSerializer, Immutable, Alias("fog.HostJob")]
public sealed record HostJob(
    VoteOrder Order,
    DateTimeOffset TakenAt,
    Outcome? Outcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SuspendedSeat? Seat = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SeatVote? Vote = null)
{
    internal JobId Id => new(Order.Invocation, Seat?.Task, Seat?.Node);
}

/// <param name="Task">Of a seat.</param>
/// <param name="Node">Of a seat.</param>
internal readonly record struct JobId(InvocationId Invocation, TaskId? Task, NodeId? Node);
