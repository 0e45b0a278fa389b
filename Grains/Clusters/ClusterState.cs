using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Rules;

namespace Fog.Grains.Clusters;

/// <summary>Everything a cluster knows. What is not yet told to others shows in it (unsent seats, outcomes not reported, withdrawals), so that
/// after a crash the same work is seen to be open.</summary>
[GenerateSerializer, Immutable, Alias("fog.ClusterState")]
public sealed record ClusterState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Of the membership: grows with every change, over all clusters (µs since 1970 at least), since a node compares them when it moves.</summary>
    [Id(1)]
    public long Version { get; init; }

    [Id(2)]
    public uint Term { get; init; }

    [Id(3)]
    public NodeId? Leader { get; init; }

    [Id(4)]
    public ImmutableArray<Member> Members { get; init; } = [];

    /// <summary>Open, or decided and not yet reported.</summary>
    [Id(5)]
    public ImmutableArray<OpenVote> Votes { get; init; } = [];

    [Id(6)]
    public ImmutableArray<ClosedVote> Closed { get; init; } = [];

    /// <summary>Nodes that are still to be told that a task (or their value of it) is no longer needed.</summary>
    [Id(7)]
    public ImmutableArray<Withdrawal> Withdrawals { get; init; } = [];

    /// <summary>Graces run from here at the earliest: the site was last seen to be out.</summary>
    [Id(8)]
    public DateTimeOffset GraceFrom { get; init; }
}

/// <param name="Awake">As far as its own reports say; not believed after a restart.</param>
/// <param name="Told">It has the membership as it was last changed for it.</param>
/// <param name="MovingTo">It takes no new seat, and goes there when its last vote closes.</param>
[GenerateSerializer, Immutable, Alias("fog.Member")]
public sealed record Member(
    Candidate Node,
    bool Awake,
    TimeSpan ClockError,
    TimeSpan ConnectBackoff,
    bool Told,
    ClusterId? MovingTo,
    int VotesFor,
    int VotesAgainst)
{
    public static Member Of(Candidate node) => new(node, Awake: false, default, default, Told: false, MovingTo: null, 0, 0);

    internal NodeId Id => Node.Node;
}

/// <summary>One attempt at one invocation.</summary>
/// <param name="OpenedAt">Of the first attempt.</param>
/// <param name="Earlier">Who answered in earlier attempts.</param>
/// <param name="Fetch">Set while the winning value is too large for a vote and must be fetched from a member.</param>
/// <param name="Outcome">Set once decided; the vote stays until the invocation has it.</param>
[GenerateSerializer, Immutable, Alias("fog.OpenVote")]
public sealed record OpenVote(
    VoteOrder Order,
    int Attempt,
    TaskId Task,
    DateTimeOffset OpenedAt,
    ImmutableArray<Seat> Seats,
    ImmutableArray<EarlierSeat> Earlier,
    ValueFetch? Fetch,
    Outcome? Outcome)
{
    /// <summary>Whether it takes part itself: not where a host does in its place.</summary>
    internal bool HasSeat(NodeId node) => Seats.Any(s => s.Node == node && !s.OnHost);

    /// <summary>Seats that only a host can still bring to their end, unless a member comes. Who asked for one device wants that device's word.</summary>
    internal IEnumerable<Seat> SeatsForHosts => Outcome is null && Order.Device is null ? Seats.Where(static s => s is { IsSuspended: true, OnHost: false }) : [];
}

/// <param name="Dissented">It helped to make that attempt fail.</param>
[GenerateSerializer, Immutable, Alias("fog.EarlierSeat")]
public sealed record EarlierSeat(NodeId Node, double Joules, bool Dissented);

/// <param name="From">Who is asked; null: nobody of the winning group is left to ask.</param>
/// <param name="Wakes">Wakes of that node which ended without the value.</param>
/// <param name="Failed">Who was asked in vain.</param>
/// <param name="Until">When <paramref name="From"/> has had time enough, though it never sleeps; set when it is asked.</param>
[GenerateSerializer, Immutable, Alias("fog.ValueFetch")]
public sealed record ValueFetch(
    Digest Winner,
    NodeId? From,
    bool Sent,
    int Wakes,
    ImmutableArray<NodeId> Failed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null);

/// <param name="Winner">Null when the vote ended without one.</param>
/// <param name="Missing">Whose vote would be late.</param>
[GenerateSerializer, Immutable, Alias("fog.ClosedVote")]
public sealed record ClosedVote(InvocationId Invocation, TaskId Task, Digest? Winner, ImmutableArray<NodeId> Missing);

[GenerateSerializer, Immutable, Alias("fog.Withdrawal")]
public sealed record Withdrawal(NodeId Node, TaskId Task);
