using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Nodes;
using Fog.Grains.Rules;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Nodes;

public class MailboxTests
{
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ClusterId Cluster = new("lab", "c1");
    private static readonly NodeState Leader = new() { Membership = new(Cluster, 1, Term: 7, Leader: true, TimeSpan.Zero) };

    private static TaskId Id(int n) => TaskId.Of(new("t", "call"), n);

    private static SeatOrder Order(int n, bool viaLeader = false) =>
        new(new(Id(n), Digest.Of([1]), 100, new(1, 1, 1), Now.AddMinutes(n), BlobValue.Of([0])), Cluster, viaLeader);

    [Fact]
    public void A_batch_holds_stops_then_fetches_then_tasks()
    {
        var state = Mailbox.Put(Mailbox.Put(Leader, Order(1)), new FetchMail(Id(2), Cluster, Digest.Of([2]), 2000));
        state = Mailbox.Withdraw(state, Id(3));
        Assert.Equal([typeof(StopDownlink), typeof(FetchDownlink), typeof(TaskDownlink)], Mailbox.Batch(state, Now).Select(m => m.GetType()));
    }

    [Fact]
    public void Tasks_past_their_deadline_are_not_sent() =>
        Assert.Empty(Mailbox.Batch(Mailbox.Put(Leader, Order(1)), Now.AddMinutes(1)));

    /// <summary>A cluster whose own write failed may have ordered what it never withdraws.</summary>
    [Fact]
    public async Task Tasks_past_their_deadline_take_no_place()
    {
        await using var site = await TestSite.WithCluster(3);
        var node = site.Device("d0");
        SeatOrder Waiting(int n) => Order(n) with { Task = Order(n).Task with { Deadline = site.Now.AddMinutes(1) } };
        for (int n = 0; n < GrainLimits.TasksMax; n++)
        {
            await node.Grain.Enqueue(Waiting(n));
        }

        await Assert.ThrowsAsync<FogException>(() => node.Grain.Enqueue(Waiting(100)));
        site.Devices.ForEach(d => d.IsDead = true);
        await site.Advance(TimeSpan.FromMinutes(2));
        await node.Grain.Enqueue(Waiting(100));
        Assert.Equal(1, (await node.Grain.Describe()).MailCount);
    }

    [Fact]
    public void A_task_is_put_once()
    {
        var state = Mailbox.Put(Mailbox.Sent(Mailbox.Put(Leader, Order(1))), Order(1));
        Assert.True(Assert.Single(state.Tasks).Sent);
    }

    [Fact]
    public void Mail_that_never_left_is_withdrawn_without_a_word()
    {
        var state = Mailbox.Withdraw(Mailbox.Put(Leader, Order(1)), Id(1));
        Assert.Empty(state.Tasks);
        Assert.Empty(state.Stops);
    }

    [Fact]
    public void Mail_that_may_have_arrived_is_withdrawn_with_a_stop() =>
        Assert.Equal(Id(1), Assert.Single(Mailbox.Withdraw(Mailbox.Sent(Mailbox.Put(Leader, Order(1))), Id(1)).Stops));

    [Fact]
    public void A_task_given_again_is_no_longer_to_be_stopped()
    {
        var state = Mailbox.Put(Mailbox.Withdraw(Leader, Id(1)), Order(1));
        Assert.Empty(state.Stops);
        Assert.Single(state.Tasks);
    }

    [Fact]
    public void Stops_and_fetches_are_bounded()
    {
        var state = Enumerable.Range(0, 200).Aggregate(Leader, (s, n) => Mailbox.Withdraw(Mailbox.Put(s, new FetchMail(Id(1000 + n), Cluster, Digest.Of([2]), 2000)), Id(n)));
        Assert.Equal((64, 16), (state.Stops.Length, state.Fetches.Length));
        Assert.Equal(Id(199), state.Stops[^1]);
    }

    [Theory]
    [InlineData(true, 7u, "c1")]
    [InlineData(true, 6u, null)]  // the term has changed since its welcome
    [InlineData(true, null, null)] // it has not subscribed
    [InlineData(false, 7u, null)]
    public void The_leader_topic_carries_a_task_only_in_the_term_its_leader_knows(bool viaLeader, uint? leadsTerm, string? topic) =>
        Assert.Equal((topic, 7u), (Mailbox.Message(Order(1, viaLeader), Leader.Membership, leadsTerm).LeaderOf, Mailbox.Message(Order(1), Leader.Membership, leadsTerm).Term));

    [Fact]
    public void A_deposed_leader_gets_its_task_on_its_own_topic() =>
        Assert.Null(Mailbox.Message(Order(1, viaLeader: true), Leader.Membership! with { Leader = false }, 7).LeaderOf);

    private static SeatVote Vote(ResultUplink result) => Mailbox.Vote(result, null, new EnergyOptions());

    [Fact]
    public void A_result_that_agrees_with_itself_is_a_vote_for_its_value()
    {
        var value = TestSite.Value(42);
        Assert.Equal((DeviceFailure.None, Digest.Of(value.AsSpan())), (Vote(FakeDevice.Result(Id(1), value)).Failure, Vote(FakeDevice.Result(Id(1), value)).Result!.Digest));
        var large = TestSite.LargeValue(1);
        Assert.Equal(Digest.Of(large.AsSpan()), Vote(FakeDevice.Result(Id(1), large)).Result!.Digest);
    }

    public static TheoryData<string> Lies => ["other digest", "other size", "no result at all", "large and inline", "larger than any blob", "negative size"];

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_result_that_does_not_is_a_vote_without_value(string lie)
    {
        var honest = FakeDevice.Result(Id(1), TestSite.Value(42));
        ImmutableArray<byte> junk = [9, 9, 9];
        var result = lie switch
        {
            "other digest" => honest with { Digest = Digest.Of([1]) },
            "other size" => honest with { SizeBytes = honest.SizeBytes + 1 },
            "no result at all" => honest with { Value = junk, SizeBytes = 3, Digest = Digest.Of(junk.AsSpan()) },
            "large and inline" => honest with { SizeBytes = 2000 },
            "larger than any blob" => honest with { SizeBytes = 300_000, Value = [] },
            "negative size" => honest with { SizeBytes = -1 },
            _ => throw new ArgumentOutOfRangeException(nameof(lie)),
        };
        var vote = Vote(result);
        Assert.Equal((DeviceFailure.TransferFailed, null), (vote.Failure, vote.Result));
    }
}
