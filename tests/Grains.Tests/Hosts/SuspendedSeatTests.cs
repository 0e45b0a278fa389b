using System.Collections.Immutable;
using Fog.Engine.Storage;
using Fog.Grains.Hosts;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Hosts;

/// <summary>Seats whose device is lost in the middle of its task, in clusters that have nobody else for them.</summary>
public class SuspendedSeatTests
{
    private static readonly HostId Host = new(TestSite.Name, "gateway");

    /// <summary>Long enough that a device which is gone is lost: a period, its grace, and the cluster's round.</summary>
    private static readonly TimeSpan UntilLost = TimeSpan.FromSeconds(50);

    /// <summary>Three devices with the three seats of a call, all of them silent. The first to wake has left a snapshot, and is gone.</summary>
    private static async Task<(TestSite Site, FakeDevice Gone, ImmutableArray<byte> Snapshot)> Suspended(bool hasHost = true)
    {
        var site = await TestSite.WithCluster(3);
        if (hasHost)
        {
            await site.Dispatcher.Register(Host);
        }

        var snapshot = await Snapshots.One(site);
        site.Devices.ForEach(static d => d.Compute = static _ => null);
        var gone = site.Devices.MinBy(d => d.NextWake)!;
        gone.Suspend = _ => snapshot;
        await site.Invoke("call");
        await site.Run(TimeSpan.FromSeconds(10));
        Assert.Contains(gone.Seen, m => m is AcceptedDownlink { Keep: true });
        gone.IsDead = true;
        return (site, gone, snapshot);
    }

    private static IEnumerable<FakeDevice> Others(TestSite site, FakeDevice gone) => site.Devices.Where(d => d != gone);

    private static HostState Jobs(TestSite site) => StateJson.Read<HostState>(site.Store.Read(new RecordKey(RecordKind.State, $"host/{Host}", "host"))!.Value.Body)!;

    [Fact]
    public async Task A_host_goes_on_from_the_snapshot_and_the_seat_has_its_vote()
    {
        var (site, gone, snapshot) = await Suspended();
        await using var _ = site;
        await site.Run(UntilLost);
        Assert.Equal((1, 1), (site.Executor.Started, site.Executor.Running));
        Assert.True(site.Executor.Snapshot.SequenceEqual(snapshot));

        site.Executor.Finish(TestSite.Value(42));
        await site.Settle();
        var status = await site.Call("call").Describe();
        Assert.Equal((InvocationPhase.Running, 1, 2), (status.Phase, status.Tally.For, status.Tally.Missing));

        Others(site, gone).First().Compute = static _ => TestSite.Value(42);
        var done = await site.Outcome("call");
        Assert.Equal((FogError.None, 2), (done.Outcome!.Error, done.Tally.For));
        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Empty(Jobs(site).Jobs);
    }

    [Fact]
    public async Task One_seat_is_finished_though_all_others_are_silent()
    {
        var (site, _, _) = await Suspended();
        await using var _1 = site;
        site.Executor.AlwaysGives = TestSite.Value(42);
        var done = await site.Outcome("call", secondsMax: 700);
        Assert.Equal((FogError.DeadlineExceeded, 1, 2), (done.Outcome!.Error, done.Tally.For, done.Tally.Missing));
        Assert.Equal(1, site.Executor.Started);
    }

    [Fact]
    public async Task A_call_on_the_one_device_there_is_ends_without_it()
    {
        await using var site = await TestSite.WithCluster(1);
        await site.Dispatcher.Register(Host);
        var snapshot = await Snapshots.One(site);
        site.Devices[0].Suspend = _ => snapshot;
        site.Executor.AlwaysGives = TestSite.Value(42);
        await site.Invoke("call", replicas: 1);
        await site.Run(TimeSpan.FromSeconds(10));
        site.Devices[0].IsDead = true;
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
        Assert.Equal("42", await site.Call("call").ResultJson());
    }

    [Fact]
    public async Task A_lie_in_a_snapshot_is_one_vote_of_the_device_that_told_it()
    {
        var (site, gone, _) = await Suspended();
        await using var _1 = site;
        site.Executor.AlwaysGives = TestSite.Value(666);
        await site.Run(UntilLost);
        foreach (var device in Others(site, gone))
        {
            device.Compute = static _ => TestSite.Value(42);
        }

        var done = await site.Outcome("call");
        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Equal(gone.Id, Assert.Single(done.Tally.Dissenters));
    }

    [Fact]
    public async Task A_snapshot_that_comes_to_no_result_is_a_vote_without_a_value()
    {
        var (site, gone, _) = await Suspended();
        await using var _1 = site;
        site.Executor.AlwaysGives = [1, 2, 3];
        await site.Run(UntilLost);
        Assert.Equal((0, 1, 2), (await site.Call("call").Describe()).Tally is var tally ? (tally.For, tally.Against, tally.Missing) : default);
        Assert.Equal(gone.Id, Assert.Single((await site.Call("call").Describe()).Tally.Dissenters));
    }

    [Fact]
    public async Task A_large_value_of_a_host_is_there_and_asked_of_nobody()
    {
        var (site, gone, _) = await Suspended();
        await using var _1 = site;
        site.Executor.AlwaysGives = TestSite.LargeValue(1);
        await site.Run(UntilLost);
        foreach (var device in Others(site, gone))
        {
            device.Compute = static _ => TestSite.LargeValue(1);
        }

        await site.Outcome("call");
        Assert.StartsWith("[1,2,", await site.Call("call").ResultJson(), StringComparison.Ordinal);
        Assert.DoesNotContain(site.Devices, d => d.Seen.Any(static m => m is FetchDownlink));
    }

    [Fact]
    public async Task A_member_that_can_take_the_seat_is_asked_before_a_host()
    {
        await using var site = await TestSite.WithCluster(5);
        await site.Dispatcher.Register(Host);
        var snapshot = await Snapshots.One(site);
        await site.Invoke("call");
        var gone = site.Devices.MinBy(d => d.NextWake)!;
        gone.Suspend = _ => snapshot;
        foreach (var device in Others(site, gone))
        {
            device.Compute = static task => task.Snapshot is null ? null : TestSite.Value(42);
        }

        await site.Run(TimeSpan.FromSeconds(10));
        gone.IsDead = true;
        await site.Run(UntilLost);
        Assert.Equal(1, (await site.Call("call").Describe()).Tally.For);
        Assert.Equal(0, site.Executor.Started);
    }

    [Fact]
    public async Task Who_left_a_snapshot_behind_gets_no_other_seat_of_the_vote()
    {
        var (site, gone, _) = await Suspended();
        await using var _1 = site;
        await site.Run(UntilLost);
        Assert.Equal(1, site.Executor.Running);
        var another = Others(site, gone).First();
        another.IsDead = true;
        gone.IsDead = false;
        await site.Run(UntilLost);

        Assert.Equal([gone.Id, Others(site, gone).Last().Id], (await site.Cluster().Describe()).Members.Select(static m => m.Node).OrderBy(id => id != gone.Id));
        Assert.Single(gone.TasksSeen);
        site.Executor.Finish(TestSite.Value(42));
        Others(site, gone).Last().Compute = static _ => TestSite.Value(42);
        Assert.Equal(2, (await site.Outcome("call")).Tally.For);
    }

    [Fact]
    public async Task Without_a_host_the_device_goes_on_itself_when_it_is_back()
    {
        var (site, gone, snapshot) = await Suspended(hasHost: false);
        await using var _ = site;
        await site.Run(UntilLost);
        gone.IsDead = false;
        gone.Suspend = static _ => null;
        await site.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(Digest.Of(snapshot.AsSpan()), gone.TasksSeen[^1].Task.Snapshot!.Digest);
    }

    [Fact]
    public async Task A_host_that_comes_later_takes_the_seat_within_a_minute()
    {
        var (site, _, _) = await Suspended(hasHost: false);
        await using var _1 = site;
        await site.Run(UntilLost);
        await site.Dispatcher.Register(Host);
        await site.Run(site.Options.ReviveEvery);
        Assert.Equal(1, site.Executor.Running);
    }

    [Fact]
    public async Task Who_asked_for_one_device_has_its_word_or_none()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Dispatcher.Register(Host);
        var snapshot = await Snapshots.One(site);
        site.Device("d1").Suspend = _ => snapshot;
        await site.Call("call").Start(TestSite.Request(replicas: null) with { Device = "d1" });
        await site.Run(TimeSpan.FromSeconds(10));
        Assert.Contains(site.Device("d1").Seen, m => m is AcceptedDownlink { Keep: true });
        site.Device("d1").IsDead = true;
        Assert.Equal(FogError.DeadlineExceeded, (await site.Outcome("call", secondsMax: 660)).Outcome!.Error);
        Assert.Equal(0, site.Executor.Started);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_seat_has_its_one_vote_wherever_the_process_dies(bool isDurable)
    {
        bool failed = true;
        for (int commits = 0; failed; commits++)
        {
            var (site, gone, _) = await Suspended();
            await using var _1 = site;
            site.Executor.AlwaysGives = TestSite.Value(42);
            Others(site, gone).First().Compute = static _ => TestSite.Value(42);
            failed = await site.DiesBeforeEnd("call", commits, isDurable);
            var done = await site.Outcome("call");
            Assert.True(done is { Phase: InvocationPhase.Completed, Tally: { Seats: 3, For: 2, Missing: 1 } }, $"died at commit {commits}: {done}");
            await site.Run(TimeSpan.FromSeconds(60));
            Assert.Equal(done, await site.Call("call").Describe());
            Assert.Empty(Jobs(site).Jobs);
        }
    }
}
