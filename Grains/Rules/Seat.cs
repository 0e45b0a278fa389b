using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>One place in an electorate. Once a vote is in it, it never changes.</summary>
/// <param name="Node">Who has it; null: vacant until a member can take it.</param>
/// <param name="Sent">The node's mailbox has the task.</param>
/// <param name="Snapshot">How far those came who had the seat; it never serves another seat.</param>
/// <param name="Maker">Whose snapshot it is, or was.</param>
/// <param name="Lost">Who had the seat with a snapshot and lost it: what they know of the run may be one and the same lie, so they have no other seat in
/// this vote, but may have this one again.</param>
/// <param name="OnHost">A fog host goes on from the snapshot while nobody has the seat; with a vote, it is the host's run of it.</param>
[GenerateSerializer, Immutable, Alias("fog.Seat")]
public sealed record Seat(
    NodeId? Node,
    bool Sent,
    SeatVote? Vote,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskSnapshot? Snapshot = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NodeId? Maker = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<NodeId> Lost = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OnHost = false)
{
    public static Seat Of(NodeId? node) => new(node, Sent: false, Vote: null);

    /// <summary>The same place for somebody else, or for nobody yet.</summary>
    internal Seat For(NodeId? node) => this with
    {
        Node = node,
        Sent = false,
        Lost = Snapshot is not null && Node is { } loser && !HasLost(loser) ? [.. Losers, loser] : Lost,
    };

    /// <summary>How far the one that has it came.</summary>
    internal Seat Suspended(TaskSnapshot snapshot) => this with { Snapshot = snapshot, Maker = Node };

    /// <summary>With the vote of the one that has it.</summary>
    internal Seat Voted(SeatVote vote) => this with { Vote = vote, Snapshot = null };

    /// <summary>With a host's run from the snapshot: the vote of whoever made that.</summary>
    internal Seat Finished(SeatVote vote) => Voted(vote) with { Node = Maker, OnHost = true };

    internal bool IsOpen => Vote is null;

    /// <summary>Nobody has it, and a host could go on from its snapshot. Of an earlier version's snapshots nobody knows the maker: they wait for a member.</summary>
    internal bool IsSuspended => this is { Vote: null, Node: null, Snapshot: not null, Maker: not null };

    /// <summary>The value it voted for; null when it is open or could not run the task.</summary>
    internal Digest? Choice => Vote?.Result?.Digest;

    /// <summary>Whether the node may have no other seat in this vote.</summary>
    internal bool Binds(NodeId node) => Node == node || HasLost(node);

    private ImmutableArray<NodeId> Losers => Lost.IsDefault ? [] : Lost;

    private bool HasLost(NodeId node) => Losers.Contains(node);
}
