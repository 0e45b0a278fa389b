using Fog.Grains.Clusters;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Tests.Clusters;

/// <summary>Seats of one vote, as pure steps.</summary>
public class SeatTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FogOptions Options = new();

    private static Candidate Node(string name) => new(new("lab", name), new(TimeSpan.FromSeconds(10), 100), Now, Now, 100_000, 1_000_000);

    [Fact]
    public void A_device_that_returns_to_its_seat_is_not_told_to_stop_its_task()
    {
        var state = Roster.Add(new ClusterState(), Node("a"), 0, Now, Options.Liveness);
        var order = new VoteOrder(
            new("acme", "call"), new("acme", "square"), 1, Digest.Of([1]), 100, new ExecutionLimits(1, 1, 1), Now.AddHours(1), BlobValue.Of([0, 0]));
        Assert.Null(Votes.Open(state, order, Now, Options, out state));

        NodeId[] gone = [Node("a").Node];
        state = Votes.Advance(Roster.Remove(Votes.Vacate(state, gone), gone, Now, Options.Liveness), Now, Options);
        Assert.Equal(gone, state.Withdrawals.Select(w => w.Node));

        state = Votes.Advance(Roster.Add(state, Node("a"), 0, Now, Options.Liveness), Now, Options);
        Assert.True(Assert.Single(state.Votes).HasSeat(gone[0]));
        Assert.Empty(state.Withdrawals);
    }
}
