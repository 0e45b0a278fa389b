using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>One place in an electorate. Once a vote is in it, it never changes.</summary>
/// <param name="Node">Who has it; null: vacant until a member can take it.</param>
/// <param name="Sent">The node's mailbox has the task.</param>
/// <param name="Snapshot">How far those came who had the seat; it never serves another seat.</param>
[GenerateSerializer, Immutable, Alias("fog.Seat")]
public sealed record Seat(
    NodeId? Node,
    bool Sent,
    SeatVote? Vote,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskSnapshot? Snapshot = null)
{
    public static Seat Of(NodeId? node) => new(node, Sent: false, Vote: null);

    /// <summary>The same place for somebody else, or for nobody yet.</summary>
    internal Seat For(NodeId? node) => this with { Node = node, Sent = false };

    internal bool IsOpen => Vote is null;

    /// <summary>The value it voted for; null when it is open or could not run the task.</summary>
    internal Digest? Choice => Vote?.Result?.Digest;
}
