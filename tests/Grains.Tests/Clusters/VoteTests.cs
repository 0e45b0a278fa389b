using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Portable;

namespace Fog.Grains.Tests.Clusters;

/// <summary>Calls from start to outcome, with honest, lying, silent and late devices.</summary>
public class VoteTests
{
    [Fact]
    public async Task The_first_majority_of_five_sleeping_devices_answers_a_call()
    {
        await using var site = await TestSite.WithCluster(5);
        var started = await site.Invoke("call", replicas: 5);
        Assert.Equal((InvocationPhase.Running, "lab/c1"), (started.Phase, started.TakenBy));

        var done = await site.Outcome("call");
        Assert.Equal(InvocationPhase.Completed, done.Phase);
        Assert.Equal((3, 0, 2), (done.Tally.For, done.Tally.Against, done.Tally.Missing));
        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Equal(1000, done.Outcome!.FuelUsed);
        Assert.Equal(3 * 0.07 * 0.260 * 3.3, done.Outcome.Joules, 9);
        Assert.True(done.Outcome.AlwaysOnJoules > done.Outcome.Joules);
    }

    [Fact]
    public async Task Every_voter_has_the_same_timestamp_and_seed_and_another_call_another_seed()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call", replicas: 3);
        var accepted = (await site.Outcome("call")).AcceptedAt;
        var first = Assert.Single(site.Devices.SelectMany(d => d.TasksSeen).Select(t => t.Task.Context).Distinct());
        Assert.Equal(accepted.ToUnixTimeMilliseconds(), first.NowMillis);
        Assert.Equal(site.Call("call").GetPrimaryKeyString(), new InvocationId("acme", "call").ToString());
        Assert.Equal(new InvocationId("acme", "call").Seed, first.Seed);

        await site.Invoke("again", replicas: 3);
        await site.Outcome("again");
        Assert.Equal(2, site.Devices.SelectMany(d => d.TasksSeen).Select(t => t.Task.Context.Seed).Distinct().Count());
    }

    [Fact]
    public async Task Stragglers_never_see_the_task_or_are_told_to_stop()
    {
        await using var site = await TestSite.WithCluster(5);
        await site.Invoke("call", replicas: 5);
        await site.Outcome("call");
        await site.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(3, site.Devices.Count(d => d.TasksSeen.Count > 0));
        Assert.All(site.Devices, d => Assert.Equal(0, d.KeptCount));
    }

    [Fact]
    public async Task Two_colluding_liars_of_five_are_outvoted()
    {
        await using var site = await TestSite.WithCluster(5);
        site.Device("d1").Compute = site.Device("d3").Compute = static _ => TestSite.Value(666);
        await site.Invoke("call", replicas: 5);
        var done = await site.Outcome("call");
        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.All(done.Tally.Dissenters, n => Assert.Contains(n.Name, new[] { "d1", "d3" }));
    }

    [Fact]
    public async Task Votes_for_and_against_the_majority_are_remembered_of_every_member_late_ones_too()
    {
        await using var site = await TestSite.WithCluster(5);
        site.Device("d4").Compute = static _ => TestSite.Value(666);
        foreach (var device in site.Devices)
        {
            await device.Wake();
        }

        await site.Invoke("call", replicas: 5);
        foreach (var device in site.Devices)
        {
            await device.Work();
        }

        var members = (await site.Cluster().Describe()).Members;
        Assert.Equal((0, 1), members.Where(m => m.Node.Name == "d4").Select(m => (m.VotesFor, m.VotesAgainst)).Single());
        Assert.Equal(4, members.Sum(m => m.VotesFor)); // Three decided, the fourth was late and right.
    }

    [Fact]
    public async Task A_repeated_result_counts_once()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        await device.Work();
        for (int i = 0; i < 3; i++)
        {
            await device.Say(FakeDevice.Result(device.TasksSeen[0].Task.Id, TestSite.Value(42)));
        }

        Assert.Equal((1, 2), ((await site.Call("call").Describe()).Tally.For, (await site.Call("call").Describe()).Tally.Missing));
    }

    [Fact]
    public async Task A_device_changes_its_vote_in_vain()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        await device.Work();
        await device.Say(FakeDevice.Result(device.TasksSeen[0].Task.Id, TestSite.Value(666)));
        await device.Sleep();
        var done = await site.Outcome("call");
        Assert.Equal((2, 0), (done.Tally.For, done.Tally.Against));
    }

    [Fact]
    public async Task A_node_without_a_seat_has_no_vote()
    {
        await using var site = await TestSite.WithCluster(5);
        await site.Invoke("call", replicas: 3);
        await site.Settle();
        var task = TaskId.Of(new(TestSite.Tenant, "call"), 1);
        foreach (var name in new[] { "stranger-1", "stranger-2", "stranger-3" })
        {
            await site.Cluster().Vote(new NodeId(TestSite.Name, name), Fog.Grains.Nodes.Mailbox.Vote(FakeDevice.Result(task, TestSite.Value(666)), null, new()));
        }

        Assert.Equal(InvocationPhase.Running, (await site.Call("call").Describe()).Phase);
        await site.Outcome("call");
        Assert.Equal("42", await site.Call("call").ResultJson());
    }

    [Fact]
    public async Task Three_different_values_are_voted_on_again_by_others()
    {
        await using var site = await TestSite.WithCluster(7);
        int lies = 0;
        foreach (var device in site.Devices)
        {
            device.Compute = task => task.Id == TaskId.Of(new(TestSite.Tenant, "call"), 1) ? TestSite.Value(1000 + lies++) : TestSite.Value(42);
        }

        await site.Invoke("call", replicas: 3);
        var done = await site.Outcome("call");
        Assert.Equal(FogError.None, done.Outcome!.Error);
        Assert.Equal(2, done.Tally.Attempt);
        var first = site.Devices.Where(d => d.TasksSeen.Any(t => t.Task.Id == TaskId.Of(new(TestSite.Tenant, "call"), 1))).ToList();
        var second = site.Devices.Where(d => d.TasksSeen.Any(t => t.Task.Id == TaskId.Of(new(TestSite.Tenant, "call"), 2))).ToList();
        Assert.Equal(3, first.Count);
        Assert.Empty(first.Intersect(second));
    }

    [Fact]
    public async Task Three_attempts_without_agreement_end_with_no_majority()
    {
        await using var site = await TestSite.WithCluster(3);
        int lies = 0;
        foreach (var device in site.Devices)
        {
            device.Compute = _ => TestSite.Value(1000 + lies++);
        }

        await site.Invoke("call");
        var done = await site.Outcome("call");
        Assert.Equal((InvocationPhase.Failed, FogError.NoMajority, 3), (done.Phase, done.Outcome!.Error, done.Tally.Attempt));
        var refused = await Assert.ThrowsAsync<FogException>(() => site.Call("call").ResultJson());
        Assert.Equal(FogError.NoMajority, refused.Error);
    }

    [Fact]
    public async Task Seats_that_cannot_run_it_count_against_every_value()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(d => d.Failure = DeviceFailure.ImageRejected);
        await site.Invoke("call");
        Assert.Equal(FogError.NoMajority, (await site.Outcome("call")).Outcome!.Error);
    }

    [Fact]
    public async Task A_majority_without_heap_for_it_says_so_and_is_not_asked_again()
    {
        await using var site = await TestSite.WithCluster(5);
        site.Devices.ForEach(d => d.Failure = DeviceFailure.TooLargeForHeap);
        await site.Invoke("call");
        var done = await site.Outcome("call");
        Assert.Equal((FogError.TooLargeForDevice, 1), (done.Outcome!.Error, done.Tally.Attempt));
    }

    [Fact]
    public async Task What_a_running_task_leaves_of_the_heap_does_not_turn_others_away()
    {
        await using var site = await TestSite.WithCluster(3);
        foreach (var device in site.Devices)
        {
            await device.Wake();
            await device.Say(new KeepaliveUplink(10));
        }

        await site.Advance(TimeSpan.FromSeconds(10));
        foreach (var device in site.Devices)
        {
            await device.Say(new KeepaliveUplink(10));
        }

        await site.Invoke("call");
    }

    [Fact]
    public async Task A_majority_that_trapped_is_a_trap_by_name()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(d => d.Compute = static _ => TestSite.Trap(TrapCode.IntegerDivideByZero));
        await site.Invoke("call");
        var done = await site.Outcome("call");
        Assert.Equal(FogError.FunctionTrapped, done.Outcome!.Error);
        Assert.StartsWith("IntegerDivideByZero in function 0 at offset 17", done.Outcome.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_nobody_answers_ends_at_its_deadline()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(d => d.Compute = static _ => null);
        var started = await site.Invoke("call", timeoutSeconds: 25);
        var done = await site.Outcome("call");
        Assert.Equal(FogError.DeadlineExceeded, done.Outcome!.Error);
        Assert.InRange((done.Outcome.CompletedAt - started.Deadline).TotalSeconds, 0, 0.1);
        await site.Run(TimeSpan.FromSeconds(20));
        Assert.All(site.Devices, d => Assert.Contains(d.Seen, m => m is StopDownlink));
    }

    [Fact]
    public async Task One_seat_goes_to_the_leader_over_the_leader_topic_while_it_is_awake()
    {
        await using var site = await TestSite.WithCluster(3);
        var view = await site.Cluster().Describe();
        var leader = site.Device(view.Leader!.Value);
        await site.Advance(leader.NextWake - site.Now);
        await leader.Wake();
        Assert.True(leader.Opened!.Leader);
        await site.Invoke("call", replicas: 1);
        await leader.Work();
        Assert.Equal(("c1", view.Term), (leader.TasksSeen.Single().LeaderOf, leader.TasksSeen[0].Term));
        Assert.Equal(InvocationPhase.Completed, (await site.Call("call").Describe()).Phase);
    }

    [Fact]
    public async Task A_sleeping_leader_finds_its_task_on_its_own_topic()
    {
        await using var site = await TestSite.WithCluster(3);
        var leader = site.Device((await site.Cluster().Describe()).Leader!.Value);
        await site.Invoke("call", replicas: 1);
        await site.Outcome("call");
        Assert.Null(leader.TasksSeen.Single().LeaderOf);
    }
}
