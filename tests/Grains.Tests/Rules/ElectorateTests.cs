using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;

namespace Fog.Grains.Tests.Rules;

public class ElectorateTests
{
    private static readonly VotingOptions Options = new();

    private static VoteOrder Order(int replicas, double deadlineSeconds = 3600, int imageBytes = 1000) => new(
        new InvocationId("t", "call"), new FunctionId("t", "f"), replicas, Digest.Of([1]), imageBytes,
        new ExecutionLimits(1_000_000, 65536, 100), Nodes.Now.AddSeconds(deadlineSeconds), BlobValue.Of([0]));

    /// <summary>Period 10 s, duty cycle 10 %.</summary>
    private static Elector Elector(string name, double wakesInSeconds, bool late = false, bool dissented = false, long heap = 100_000) =>
        new(Nodes.Candidate(name, heap: heap), Nodes.Now.AddSeconds(wakesInSeconds), late, dissented);

    private static string Chosen(VoteOrder order, NodeId? leader, params Elector[] live)
    {
        Assert.Null(Electorate.Choose(order, live, leader, Options, out var chosen));
        return string.Join(' ', chosen.Select(n => n.Name));
    }

    private static FogError? Refusal(VoteOrder order, params Elector[] live) => Electorate.Choose(order, live, null, Options, out _)?.Error;

    [Fact]
    public void The_members_expected_first_vote() =>
        Assert.Equal("c a d", Chosen(Order(3), null, Elector("a", 2), Elector("b", 9), Elector("c", 1), Elector("d", 3)));

    [Fact]
    public void One_seat_goes_to_the_leader_even_when_others_wake_first() =>
        Assert.Equal("b", Chosen(Order(1), Nodes.Id("b"), Elector("a", 2), Elector("b", 9)));

    [Fact]
    public void Late_members_and_dissenters_come_last() =>
        Assert.Equal("d b c", Chosen(Order(3), null, Elector("a", 0, dissented: true), Elector("b", 5), Elector("c", 1, late: true), Elector("d", 2)));

    [Fact]
    public void A_task_that_some_heaps_cannot_hold_goes_to_the_others() =>
        Assert.Equal("b", Chosen(Order(1), null, Elector("a", 1, heap: 900), Elector("b", 2)));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(5)] // above the live members
    [InlineData(9)] // above the largest cluster
    public void Replicas_are_odd_and_at_most_the_live_members(int replicas) =>
        Assert.Equal(FogError.TooManyReplicas, Refusal(Order(replicas), Elector("a", 1), Elector("b", 1), Elector("c", 1)));

    [Fact]
    public void A_device_that_is_asked_for_and_takes_no_seat_is_no_want_of_replicas() =>
        Assert.Equal(FogError.NoCapacity, Refusal(Order(1) with { Device = Nodes.Id("a") }));

    [Fact]
    public void What_no_majority_of_heaps_can_hold_is_refused() =>
        Assert.Equal(FogError.TooLargeForDevice, Refusal(Order(3, imageBytes: 99_999), Elector("a", 1), Elector("b", 1), Elector("c", 1)));

    [Theory]
    [InlineData(3.9, false)]
    [InlineData(4.0, true)] // second wake at 3 s and its window of 1 s
    public void A_deadline_is_reachable_when_a_majority_has_been_awake_by_then(double deadlineSeconds, bool reachable)
    {
        Elector[] live = [Elector("a", 1), Elector("b", 3), Elector("c", 500)];
        if (reachable)
        {
            Assert.Equal("a b c", Chosen(Order(3, deadlineSeconds), null, live));
        }
        else
        {
            Assert.Equal(FogError.DeadlineUnreachable, Refusal(Order(3, deadlineSeconds), live));
        }
    }

    [Fact]
    public void A_substitute_is_a_live_member_without_a_seat()
    {
        Elector[] live = [Elector("a", 1), Elector("b", 5), Elector("c", 3), Elector("small", 0, heap: 10)];
        Assert.Equal(Nodes.Id("c"), Electorate.Substitute(Order(3), live, [Seat.Of(Nodes.Id("a")), Seat.Of(null)]));
        Assert.Null(Electorate.Substitute(Order(3), live, [Seat.Of(Nodes.Id("a")), Seat.Of(Nodes.Id("b")), Seat.Of(Nodes.Id("c"))]));
    }

    [Fact]
    public void Who_lost_a_seat_with_a_snapshot_is_a_substitute_for_that_seat_only()
    {
        Elector[] live = [Elector("a", 1)];
        var fresh = Seat.Of(Nodes.Id("a")).For(null);
        var suspended = Seat.Of(Nodes.Id("a")).Suspended(new(Digest.Of([2]), 100, 1, 500, default, 0)).For(null);
        Assert.Equal(Nodes.Id("a"), Electorate.Substitute(Order(3), live, [fresh]));
        Assert.Null(Electorate.Substitute(Order(3), live, [suspended]));
        Assert.Null(Electorate.Substitute(Order(3), live, [suspended.For(Nodes.Id("b")).Voted(new(default, DeviceFailure.None, null, 0, default, 0))]));
        Assert.Equal(Nodes.Id("a"), Electorate.Substitute(Order(3), live, [Seat.Of(Nodes.Id("b"))]));
    }
}
