using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Rules;

/// <summary>One place in an electorate. Once a vote is in it, it never changes.</summary>
/// <param name="Node">Who has it; null: vacant until a member can take it.</param>
/// <param name="Sent">The node's mailbox has the task.</param>
[GenerateSerializer, Immutable, Alias("fog.Seat")]
public sealed record Seat(NodeId? Node, bool Sent, SeatVote? Vote)
{
    public static Seat Of(NodeId? node) => new(node, Sent: false, Vote: null);

    internal bool IsOpen => Vote is null;

    /// <summary>The value it voted for; null when it is open or could not run the task.</summary>
    internal Digest? Choice => Vote?.Result?.Digest;
}
