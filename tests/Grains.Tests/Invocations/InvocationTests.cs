using System.Collections.Concurrent;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Invocations;

public class InvocationTests
{
    private static async Task AssertRefused(FogError error, Func<Task> call) => Assert.Equal(error, (await Assert.ThrowsAsync<FogException>(call)).Error);

    [Fact]
    public async Task The_same_request_under_the_same_key_is_the_same_call()
    {
        await using var site = await TestSite.WithCluster(3);
        var first = await site.Invoke("call");
        await site.Advance(TimeSpan.FromSeconds(1));
        var second = await site.Invoke("call");
        Assert.Equal((first.AcceptedAt, first.Deadline, first.TakenBy), (second.AcceptedAt, second.Deadline, second.TakenBy));
        var done = await site.Outcome("call");
        Assert.Equal(done, await site.Invoke("call"));
        Assert.All(site.Devices, d => Assert.InRange(d.TasksSeen.Count, 0, 1));
    }

    [Fact]
    public async Task Two_starts_at_once_are_one_call()
    {
        await using var site = await TestSite.WithCluster(3);
        var both = await Task.WhenAll(site.Invoke("call"), site.Invoke("call"));
        Assert.Equal(both[0], both[1]);
        Assert.Equal(1, (await site.Cluster().Describe()).OpenVotes);
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        await AssertRefused(FogError.IdempotencyConflict, () => site.Call("call").Start(TestSite.Request(arguments: "[7]")));
        await AssertRefused(FogError.IdempotencyConflict, () => site.Call("call").Start(TestSite.Request(replicas: 1)));
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused_while_the_first_is_being_accepted()
    {
        await using var site = await TestSite.WithCluster(3);
        var first = site.Invoke("call");
        await AssertRefused(FogError.IdempotencyConflict, () => site.Call("call").Start(TestSite.Request(arguments: "[7]")));
        Assert.Equal(InvocationPhase.Running, (await first).Phase);
    }

    [Fact]
    public async Task A_call_that_was_accepted_and_not_handed_over_goes_on_when_somebody_asks_for_it()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Store.DieAfter(4); // When it may go is noted (sweeper, its reminder, expiry) and the call is stored; the cluster's vote is not.
        await Assert.ThrowsAnyAsync<Exception>(() => site.Invoke("call"));
        site.Store.Heal();
        await site.Crash();
        await site.Dispatcher.Revive();
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
    }

    [Fact]
    public async Task A_call_that_was_never_started_is_unknown()
    {
        await using var site = await TestSite.Start();
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("none").Describe());
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("none").ResultJson());
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("none").Watch(null!));
    }

    [Fact]
    public async Task A_refused_call_was_never_accepted_and_its_key_is_free()
    {
        await using var site = await TestSite.WithCluster(3);
        await AssertRefused(FogError.TooManyReplicas, () => site.Invoke("call", replicas: 5));
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("call").Describe());
        await site.Invoke("call", replicas: 3);
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(-3)]
    public async Task Replicas_are_an_odd_number_up_to_seven(int replicas)
    {
        await using var site = await TestSite.WithCluster(3);
        await AssertRefused(FogError.TooManyReplicas, () => site.Invoke("call", replicas));
    }

    [Fact]
    public async Task Without_replicas_the_function_decides()
    {
        await using var site = await TestSite.WithCluster(5);
        Assert.Equal(3, (await site.Invoke("call", replicas: null)).Tally.Seats);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(86401)]
    public async Task Timeouts_have_bounds(double seconds)
    {
        await using var site = await TestSite.WithCluster(3);
        await AssertRefused(FogError.InvalidRequest, () => site.Invoke("call", timeoutSeconds: seconds));
    }

    [Fact]
    public async Task A_deadline_before_the_wakes_it_needs_is_refused_at_once()
    {
        await using var site = await TestSite.WithCluster(3, periodSeconds: 600);
        await AssertRefused(FogError.DeadlineUnreachable, () => site.Invoke("call", timeoutSeconds: 30));
    }

    [Fact]
    public async Task What_does_not_fit_the_devices_is_refused()
    {
        await using var site = await TestSite.Start();
        await site.Deploy();
        for (int i = 0; i < 3; i++)
        {
            site.AddDevice($"d{i}", heap: 50); // less than the function's image alone
        }

        await site.EnrolAll();
        await site.Run(TimeSpan.FromSeconds(30));
        await AssertRefused(FogError.TooLargeForDevice, () => site.Invoke("call"));
    }

    [Fact]
    public async Task Nothing_deployed_and_wrong_arguments_and_wrong_names_have_their_names()
    {
        await using var site = await TestSite.WithCluster(3);
        var request = TestSite.Request();
        await AssertRefused(FogError.UnknownFunction, () => site.Call("a").Start(request with { Function = new FunctionId(TestSite.Tenant, "none") }));
        await AssertRefused(FogError.InvalidArguments, () => site.Call("b").Start(request with { ArgumentsJson = "[]" }));
        await AssertRefused(FogError.InvalidArguments, () => site.Call("c").Start(request with { ArgumentsJson = "[\"six\"]" }));
        await AssertRefused(FogError.InvalidArguments, () => site.Call("d").Start(request with { ArgumentsJson = "[6" }));
        await AssertRefused(FogError.InvalidName, () => site.Call("e").Start(request with { Site = "No Site" }));
        await AssertRefused(FogError.LimitExceeded, () => site.Call("f").Start(request with { ArgumentsJson = new string(' ', 2_000_000) }));
        await AssertRefused(FogError.NoCapacity, () => site.Call("g").Start(request with { Site = "elsewhere" }));
        await AssertRefused(FogError.NoCapacity, () => site.Call("h").Start(request with { Placement = Placement.Host }));
    }

    [Fact]
    public async Task Where_all_devices_are_late_the_refusal_says_so_and_since_when()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(d => d.IsDead = true);
        var asleep = site.Now;
        await site.Run(TimeSpan.FromMinutes(3)); // Lost, each of them, and kept: it may be the site that is out.
        var late = await Assert.ThrowsAsync<FogException>(() => site.Invoke("late"));
        Assert.Equal(FogError.NoCapacity, late.Error);
        Assert.StartsWith($"All 3 devices of site '{TestSite.Name}' are late, since ", late.Message, StringComparison.Ordinal);
        var since = DateTimeOffset.Parse(late.Message.Split("since ")[1].Split(" at the latest")[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(since, asleep.AddSeconds(-1), site.Now); // Told by the second.

        site.Devices.ForEach(d => d.IsDead = false);
        await site.Run(TimeSpan.FromSeconds(30));
        await site.Invoke("again");
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("again")).Phase);
    }

    [Fact]
    public async Task An_outcome_is_forgotten_after_a_day()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        await site.Outcome("call");
        site.Devices.ForEach(d => d.IsDead = true);
        await site.Advance(TimeSpan.FromHours(23));
        Assert.Equal("42", await site.Call("call").ResultJson());
        await site.Advance(TimeSpan.FromHours(2));
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("call").Describe());
    }

    [Fact]
    public async Task The_first_outcome_counts()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var done = await site.Outcome("call");
        await site.Call("call").Complete(done.Outcome! with { Error = FogError.NoMajority });
        Assert.Equal(done, await site.Call("call").Describe());
    }

    [Fact]
    public async Task An_outcome_of_a_call_that_nobody_accepted_is_dropped()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var done = await site.Outcome("call");
        await site.Call("other").Complete(done.Outcome!);
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("other").Describe());
    }

    [Fact]
    public async Task A_result_before_its_time_is_refused()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        await AssertRefused(FogError.InvalidRequest, () => site.Call("call").ResultJson());
    }

    [Fact]
    public async Task A_watcher_sees_the_votes_come_in_and_the_outcome_last()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var watcher = new Watcher();
        var reference = site.Host.GrainFactory.CreateObjectReference<IInvocationObserver>(watcher);
        await site.Call("call").Watch(reference);
        await site.Outcome("call");
        await site.Settle();
        Assert.Equal([0, 1, 2], watcher.Seen.Select(s => s.Tally.For).Distinct());
        Assert.Equal(InvocationPhase.Completed, watcher.Seen.Last().Phase);
        Assert.Single(watcher.Seen, s => s.Outcome is not null);

        await site.Call("call").Watch(reference);
        await site.Settle();
        Assert.Equal(2, watcher.Seen.Count(s => s.Outcome is not null));
    }

    [Fact]
    public async Task Who_no_longer_watches_sees_nothing_more()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var watcher = new Watcher();
        var reference = site.Host.GrainFactory.CreateObjectReference<IInvocationObserver>(watcher);
        await site.Call("call").Watch(reference);
        await site.Call("call").Unwatch(reference);
        await site.Outcome("call");
        Assert.Single(watcher.Seen);
    }

    [Fact]
    public async Task Watchers_are_bounded()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        var watchers = Enumerable.Range(0, 33).Select(_ => new Watcher()).ToList();
        var references = watchers.Select(w => site.Host.GrainFactory.CreateObjectReference<IInvocationObserver>(w)).ToList();
        foreach (var reference in references.Take(32))
        {
            await site.Call("call").Watch(reference);
        }

        await site.Call("call").Watch(references[0]);
        await AssertRefused(FogError.LimitExceeded, () => site.Call("call").Watch(references[32]));
        GC.KeepAlive(watchers);
    }

    [Fact]
    public async Task More_votes_than_a_cluster_holds_are_refused()
    {
        await using var site = await TestSite.WithCluster(3, options: new() { Voting = new() { OpenVotesMax = 2 } });
        await site.Invoke("a");
        await site.Invoke("b");
        await AssertRefused(FogError.LimitExceeded, () => site.Invoke("c"));
        await site.Outcome("a");
        await site.Invoke("c");
    }

    [Fact]
    public async Task Full_mailboxes_are_refused_before_anything_is_accepted()
    {
        await using var site = await TestSite.WithCluster(3);
        for (int i = 0; i < 64; i++)
        {
            await site.Invoke($"call-{i}");
        }

        await AssertRefused(FogError.LimitExceeded, () => site.Invoke("one-more"));
        await site.Run(TimeSpan.FromSeconds(30));
        for (int i = 0; i < 64; i++)
        {
            Assert.Equal(InvocationPhase.Completed, (await site.Call($"call-{i}").Describe()).Phase);
        }
    }

    private sealed class Watcher : IInvocationObserver
    {
        public ConcurrentQueue<InvocationStatus> Seen { get; } = new();

        public void Changed(InvocationStatus status) => Seen.Enqueue(status);
    }
}
