using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Events;

/// <summary>What a site's journal tells, and what it costs the others: nothing.</summary>
public class JournalTests
{
    [Fact]
    public async Task It_tells_who_joined_and_who_leads_in_the_order_of_it()
    {
        await using var site = await TestSite.WithCluster(3);
        var entries = await Read(site);
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(static i => (long)i), entries.Select(static e => e.Number));
        Assert.Equal(["d0", "d1", "d2"], Devices(entries, SiteEventKind.DeviceJoined).Order());
        Assert.Equal(entries.Skip(2), await Read(site, after: 2));
        Assert.Empty(await Read(site, entries.Count));
        Assert.Equal(entries, await Read(site, entries.Count + 1)); // Whoever asks so knows a journal that was before this one.
        var elected = entries.Last(static e => e.Event.Kind == SiteEventKind.LeaderElected).Event;
        var cluster = await site.Cluster().Describe();
        Assert.Equal((cluster.Leader, (uint?)cluster.Term, (ClusterId?)cluster.Cluster), (elected.Device, elected.Term, elected.Cluster));
    }

    [Fact]
    public async Task It_tells_of_a_call_and_of_whom_the_others_outvoted()
    {
        await using var site = await TestSite.WithCluster(5);
        long before = (await Read(site))[^1].Number;
        site.Device("d1").Compute = static _ => TestSite.Value(666);
        foreach (var device in site.Devices)
        {
            await device.Wake();
        }

        await site.Invoke("call", replicas: 5);
        foreach (string name in (string[])["d1", "d0", "d2", "d3", "d4"])
        {
            await site.Device(name).Work();
        }

        await site.Settle();
        var told = (await Read(site, before)).Select(static e => e.Event).Where(static e => e.Call is not null).ToList();
        Assert.Equal([SiteEventKind.CallAccepted, SiteEventKind.CallDecided], told.Select(static e => e.Kind));
        Assert.All(told, e => Assert.Equal((new InvocationId(TestSite.Tenant, "call"), new FunctionId(TestSite.Tenant, "square")), (e.Call!.Value, e.Function!.Value)));
        Assert.Equal(["d1"], told[1].Outvoted.Select(static n => n.Name));
    }

    [Fact]
    public async Task A_call_is_told_whole_when_its_outcome_comes_while_its_start_is_being_written()
    {
        await using var site = await TestSite.WithCluster(3);
        long before = (await Read(site))[^1].Number;
        Task completed = Task.CompletedTask;
        int writes = 0;
        site.Store.Committing = batch =>
        {
            if (batch.Any(static write => write.Key.Grain == $"invocation/{TestSite.Tenant}/call") && ++writes == 2)
            {
                // The write of who took the call is not acknowledged before the outcome has come: turns are in order, so the answer to a later call says that it has.
                completed = site.Call("call").Complete(new(FogError.None, "", BlobValue.Of(TestSite.Value(36)), new(1, 1, 0, 0, 1, []), 1, 0, 0, site.Now));
                site.Call("call").Progress(new(1, 1, 0, 0, 1, [])).Wait(TimeSpan.FromSeconds(20));
            }
        };
        await site.Invoke("call");
        await TestSite.Within(completed, "the outcome");
        await site.Settle();
        Assert.Equal([SiteEventKind.CallAccepted, SiteEventKind.CallDecided], (await Read(site, before)).Select(static e => e.Event.Kind));
    }

    [Fact]
    public async Task A_call_that_fails_is_told_with_its_reason()
    {
        await using var site = await TestSite.WithCluster(3);
        foreach (var device in site.Devices)
        {
            device.IsDead = true;
        }

        await site.Invoke("call", timeoutSeconds: 20);
        await site.Outcome("call");
        await site.Settle();
        Assert.Equal(FogError.DeadlineExceeded, (await Read(site)).Single(static e => e.Event.Kind == SiteEventKind.CallFailed).Event.Error);
    }

    [Fact]
    public async Task A_device_is_overdue_then_back_and_another_one_overdue_then_lost_and_joins_anew()
    {
        await using var site = await TestSite.WithCluster(5);
        long before = (await Read(site))[^1].Number;
        var late = site.Device("d0");
        late.IsDead = true;
        await site.Run(late.NextWake - site.Now + TimeSpan.FromSeconds(10));
        late.IsDead = false;
        await site.Run(TimeSpan.FromSeconds(30));
        var lost = site.Device("d1");
        lost.IsDead = true;
        await site.Run(TimeSpan.FromSeconds(60));
        lost.IsDead = false;
        await site.Run(TimeSpan.FromSeconds(60));
        var told = await Read(site, before);
        Assert.Equal(["d0", "d1"], Devices(told, SiteEventKind.DeviceOverdue));
        Assert.Equal(["d0"], Devices(told, SiteEventKind.DeviceReturned));
        Assert.Equal(["d1"], Devices(told, SiteEventKind.DeviceLost));
        Assert.Equal(["d1"], Devices(told, SiteEventKind.DeviceJoined));
    }

    [Fact]
    public async Task A_device_that_exceeded_its_rates_is_told_of()
    {
        await using var site = await TestSite.WithCluster(3);
        long before = (await Read(site))[^1].Number;
        await site.Host.GrainFactory.GetGrain<INodeGrain>($"{TestSite.Name}/d1").RateExceeded();
        await site.Settle();
        var told = Assert.Single(await Read(site, before)).Event;
        Assert.Equal((SiteEventKind.DeviceRateExceeded, site.Now, "d1"), (told.Kind, told.At, told.Device!.Value.Name));
    }

    [Fact]
    public async Task An_hour_of_wakes_as_expected_is_not_worth_a_word()
    {
        await using var site = await TestSite.WithCluster(7, periodSeconds: 60);
        long before = (await Read(site))[^1].Number;
        int writes = site.Store.Writes("events/");
        await site.Run(TimeSpan.FromHours(1));
        Assert.Empty(await Read(site, before));
        Assert.Equal(writes, site.Store.Writes("events/"));
        Assert.Equal(0, site.LiveNodes);
    }

    [Fact]
    public async Task It_survives_a_crash_and_counts_on()
    {
        await using var site = await TestSite.WithCluster(3);
        var before = await Read(site);
        await site.Crash();
        Assert.Equal(before, await Read(site));
        await site.Invoke("call");
        await site.Outcome("call");
        await site.Settle();
        var after = await Read(site);
        Assert.Equal(Enumerable.Range(1, after.Count).Select(static i => (long)i), after.Select(static e => e.Number));
        Assert.Equal(after.Count, after.Select(static e => e.Token).Distinct().Count());
        Assert.Equal(SiteEventKind.CallDecided, after[^1].Event.Kind);
    }

    [Fact]
    public async Task It_keeps_the_latest_and_numbers_stay()
    {
        await using var site = await TestSite.WithCluster(3);
        for (int i = 0; i < GrainLimits.EventsKeptMax / 2; i++)
        {
            await site.Invoke($"call-{i}", placement: Placement.Devices);
            foreach (var device in site.Devices)
            {
                await device.Cycle1();
            }
        }

        await site.Settle();
        var kept = await Read(site);
        Assert.Equal(GrainLimits.EventsKeptMax, kept.Count);
        Assert.True(kept[0].Number > 1);
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => kept[0].Number + i), kept.Select(static e => e.Number));
    }

    [Fact]
    public async Task Watchers_hear_of_news()
    {
        await using var site = await TestSite.WithCluster(3);
        var watcher = new Watcher();
        var reference = site.Host.GrainFactory.CreateObjectReference<IJournalObserver>(watcher);
        await Journal(site).Watch(reference);
        await site.Invoke("call");
        await TestSite.Within(watcher.Heard, "word of news");
        await Journal(site).Unwatch(reference);
    }

    [Fact]
    public async Task Where_events_cannot_be_published_calls_go_on()
    {
        await using var site = await TestSite.WithCluster(3, hasStreams: false);
        await site.Invoke("call");
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
    }

    private static IJournalGrain Journal(TestSite site) => site.Host.GrainFactory.GetGrain<IJournalGrain>(TestSite.Name);

    private static async Task<IReadOnlyList<JournalEntry>> Read(TestSite site, long after = 0) =>
        await TestSite.Within(Journal(site).Read(after), "the journal");

    private static IEnumerable<string> Devices(IReadOnlyList<JournalEntry> entries, SiteEventKind kind) =>
        entries.Where(e => e.Event.Kind == kind).Select(static e => e.Event.Device!.Value.Name);

    private sealed class Watcher : IJournalObserver
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public void Grew() => _heard.TrySetResult();
    }
}
