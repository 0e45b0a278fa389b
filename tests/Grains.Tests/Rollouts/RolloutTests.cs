using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Fog.Engine.Storage;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Rollouts;

public class RolloutTests
{
    private const int PeriodSeconds = 10;
    private static readonly RolloutPolicy s_policy = new([200, 1000], 950, 2);

    [Fact]
    public async Task Stage_after_stage_confirms_and_no_stage_reaches_more_devices_than_its_share()
    {
        await using var site = await With(10);
        var first = await Rollout(site).Start("esp32-2.0.0", s_policy);
        Assert.Equal((RolloutPhase.Running, 2, 2, 10), (first.Phase, first.Quota, first.Reached, first.Devices));
        var seen = new HashSet<int>();
        site.OnWake = () => Assert.True(site.Devices.Count(d => d.Offered.Count > 0) <= Rollout(site).Describe().Result.Quota);
        for (int wake = 0; wake < 12; wake++)
        {
            await site.Run(TimeSpan.FromSeconds(PeriodSeconds));
            seen.Add((await Rollout(site).Describe()).Stage);
        }

        var view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Completed, 10, 10, 0), (view.Phase, view.Confirmed, view.Reached, view.UnderWay));
        Assert.Equal([0, 1], seen.Order());
        Assert.All(site.Devices, d => Assert.Equal(0x020000u, d.Version));
        Assert.Equal(10 * 2000, view.SentBytes);
        int offered = site.Devices.Sum(d => d.Offered.Count);
        await site.Run(TimeSpan.FromSeconds(3 * PeriodSeconds));
        Assert.Equal(offered, site.Devices.Sum(d => d.Offered.Count));
        Assert.Equal(
            [SiteEventKind.RolloutStage, SiteEventKind.RolloutStage, SiteEventKind.RolloutCompleted],
            (await Events(site)).Select(e => e.Kind).Where(k => k >= SiteEventKind.RolloutStage));
    }

    [Fact]
    public async Task It_pauses_by_itself_when_devices_roll_back_and_a_resume_has_them_try_again()
    {
        await using var site = await With(10);
        foreach (var device in site.Devices)
        {
            device.UpdateFault = UpdateFault.NotConfirmed;
        }

        await Rollout(site).Start("esp32-2.0.0", s_policy with { SuccessPermille = 1 });
        await site.Run(TimeSpan.FromSeconds(6 * PeriodSeconds));
        var view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Paused, RolloutHalt.Failures, 2, 2, 0), (view.Phase, view.Halt, view.Reached, view.Failed, view.Confirmed));
        Assert.All(view.Failures, f => Assert.Equal(UpdateFault.NotConfirmed, f.Fault));

        foreach (var device in site.Devices)
        {
            device.UpdateFault = UpdateFault.None;
        }

        Assert.Equal(2, (await Rollout(site).Resume()).Attempt);
        await site.Run(TimeSpan.FromSeconds(15 * PeriodSeconds));
        view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Completed, 10, 0), (view.Phase, view.Confirmed, view.Failed));
    }

    [Fact]
    public async Task It_pauses_when_too_few_can_still_confirm()
    {
        await using var site = await With(5);
        foreach (var device in site.Devices)
        {
            device.UpdateFault = UpdateFault.FlashFull;
        }

        await Rollout(site).Start("esp32-2.0.0", s_policy with { PauseOn = 100 });
        await site.Run(TimeSpan.FromSeconds(4 * PeriodSeconds));
        var view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Paused, RolloutHalt.SuccessUnreachable, 1), (view.Phase, view.Halt, view.Reached));
    }

    [Theory]
    [InlineData(UpdateFault.WrongSignature)]
    [InlineData(UpdateFault.WrongImage)]
    [InlineData(UpdateFault.TooLarge)]
    public async Task A_release_that_can_succeed_nowhere_aborts_it(UpdateFault fault)
    {
        await using var site = await With(5);
        foreach (var device in site.Devices)
        {
            device.UpdateFault = fault;
        }

        await Rollout(site).Start("esp32-2.0.0", s_policy);
        await site.Run(TimeSpan.FromSeconds(4 * PeriodSeconds));
        var view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Aborted, RolloutHalt.ReleaseUnacceptable, 1), (view.Phase, view.Halt, view.Reached));
        await Refused(FogError.RolloutConflict, () => Rollout(site).Resume());
    }

    [Fact]
    public async Task Devices_of_another_board_count_neither_way()
    {
        await using var site = await With(6);
        foreach (var device in site.Devices.Take(3))
        {
            device.UpdateFault = UpdateFault.OtherBoard;
        }

        await Rollout(site).Start("esp32-2.0.0", s_policy);
        await site.Run(TimeSpan.FromSeconds(12 * PeriodSeconds));
        var view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Completed, 3, 3, 0), (view.Phase, view.Confirmed, view.NotEligible, view.Failed));
    }

    [Fact]
    public async Task A_device_that_misses_its_wakes_is_missing_and_counts_again_when_it_comes()
    {
        await using var site = await With(5);
        var dead = site.Devices[2];
        dead.IsDead = true;
        await Rollout(site).Start("esp32-2.0.0", s_policy with { Stages = [1000] });
        await site.Run(TimeSpan.FromSeconds(3 * PeriodSeconds));
        Assert.Equal((RolloutPhase.Running, 0), (await Rollout(site).Describe()) is var early ? (early.Phase, early.Missing) : default);
        await site.Run(TimeSpan.FromSeconds(30 + 5 * PeriodSeconds)); // The grace is 30 s.
        var view = await Rollout(site).Describe();
        Assert.Equal((RolloutPhase.Completed, 4, 1), (view.Phase, view.Confirmed, view.Missing));
    }

    [Fact]
    public async Task Devices_that_come_while_it_runs_are_taken_in_when_a_stage_ends()
    {
        await using var site = await With(4);
        await Rollout(site).Start("esp32-2.0.0", s_policy with { Stages = [500, 1000] });
        for (int i = 4; i < 10; i++)
        {
            site.AddDevice($"d{i}", PeriodSeconds);
        }

        await site.EnrolAll();
        var seen = new List<(int Stage, int Devices, int Quota)>();
        for (int wake = 0; wake < 30; wake++)
        {
            await site.Run(TimeSpan.FromSeconds(PeriodSeconds));
            var view = await Rollout(site).Describe();
            seen.Add((view.Stage, view.Devices, view.Quota));
            Assert.True(site.Devices.Count(d => d.Offered.Count > 0) <= view.Quota);
        }

        Assert.Equal([(0, 4, 2), (0, 10, 5), (1, 10, 10)], seen.Distinct());
        Assert.Equal((RolloutPhase.Completed, 10, 10), (await Rollout(site).Describe()) is var last ? (last.Phase, last.Confirmed, last.Devices) : default);
    }

    [Fact]
    public async Task A_site_of_sleepers_takes_its_time_by_their_own_schedule()
    {
        await using var site = await With(3, periodSeconds: 3600);
        await Rollout(site).Start("esp32-2.0.0", s_policy with { Stages = [1000] });
        await site.Run(TimeSpan.FromMinutes(50));
        Assert.Equal(0, (await Rollout(site).Describe()).Missing);
        await site.Run(TimeSpan.FromHours(6));
        Assert.Equal((RolloutPhase.Completed, 3), (await Rollout(site).Describe()) is var view ? (view.Phase, view.Confirmed) : default);
    }

    [Fact]
    public async Task Paused_it_offers_nothing()
    {
        await using var site = await With(5);
        await Rollout(site).Start("esp32-2.0.0", s_policy);
        Assert.Equal((RolloutPhase.Paused, RolloutHalt.ByHand), (await Rollout(site).Pause()) is var view ? (view.Phase, view.Halt) : default);
        await site.Settle();
        await site.Run(TimeSpan.FromSeconds(3 * PeriodSeconds));
        Assert.All(site.Devices, d => Assert.Empty(d.Offered));
        await Rollout(site).Resume();
        await site.Run(TimeSpan.FromSeconds(12 * PeriodSeconds));
        Assert.Equal(RolloutPhase.Completed, (await Rollout(site).Describe()).Phase);
    }

    [Fact]
    public async Task Aborted_it_ends_and_another_may_begin()
    {
        await using var site = await With(5);
        await Rollout(site).Start("esp32-2.0.0", s_policy);
        await Refused(FogError.RolloutConflict, () => Rollout(site).Start("esp32-2.0.0", s_policy));
        Assert.Equal(RolloutPhase.Aborted, (await Rollout(site).Abort()).Phase);
        await Refused(FogError.RolloutConflict, () => Rollout(site).Pause());
        Assert.Equal(RolloutPhase.Running, (await Rollout(site).Start("esp32-2.0.0", s_policy)).Phase);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task A_crash_at_any_time_makes_no_stage_larger_and_loses_no_rollout(int crashAfter)
    {
        await using var site = await With(10);
        await Rollout(site).Start("esp32-2.0.0", s_policy);
        for (int wake = 0; wake < 30; wake++)
        {
            await site.Run(TimeSpan.FromSeconds(PeriodSeconds / 2.0));
            if (wake == crashAfter)
            {
                await site.Crash();
            }

            var view = await Rollout(site).Describe();
            Assert.True(site.Devices.Count(d => d.Offered.Count > 0) <= view.Quota);
        }

        await site.Run(TimeSpan.FromMinutes(2)); // A reminder brings it back.
        Assert.Equal((RolloutPhase.Completed, 10), (await Rollout(site).Describe()) is var last ? (last.Phase, last.Confirmed) : default);
    }

    [Fact]
    public async Task A_crash_between_any_two_writes_of_its_start_leaves_the_one_before_or_one_that_completes()
    {
        bool failed = true;
        int begun = 0;
        for (int commits = 0; failed; commits++)
        {
            await using var site = await With(5);
            await Rollout(site).Start("esp32-2.0.0", s_policy);
            await Rollout(site).Abort();
            await site.Host.GrainFactory.GetGrain<IReleaseCatalogueGrain>(TestSite.Name).Add(File(0x030000, 2));
            await site.Settle();
            site.Store.DieAfter(commits);
            try
            {
                await Rollout(site).Start("esp32-3.0.0", s_policy);
            }
            catch (StoreUnavailableException)
            {
                Assert.True(site.Store.HasFailed);
            }

            failed = site.Store.HasFailed;
            site.Store.Heal();
            await site.Crash();
            var view = await Rollout(site).Describe();
            if (view.Release == "esp32-2.0.0")
            {
                Assert.Equal((RolloutPhase.Aborted, 5), (view.Phase, view.Devices));
                continue;
            }

            begun++;
            site.OnWake = () => Assert.True(site.Devices.Count(d => d.Offered.Count > 0) <= Math.Max(1, Rollout(site).Describe().Result.Quota));
            await site.Run(TimeSpan.FromMinutes(5));
            view = await Rollout(site).Describe();
            Assert.Equal((RolloutPhase.Completed, 5, 5), (view.Phase, view.Devices, view.Confirmed));
            Assert.All(site.Devices, d => Assert.Equal(0x030000u, d.Version));
        }

        Assert.True(begun >= 3, $"{begun} of the crashes came after its first write.");
    }

    [Fact]
    public async Task A_rollout_that_schema_1_stored_goes_on()
    {
        await using var site = await With(5);
        await Rollout(site).Start("esp32-2.0.0", s_policy);
        await site.Settle();
        var key = new RecordKey(RecordKind.State, $"rollout/{TestSite.Name}", "rollout");
        var fleetKey = key with { Name = "fleet" };
        var state = JsonNode.Parse(site.Store.Read(key)!.Value.Body)!;
        state["Schema"] = 1;
        state["Devices"] = JsonNode.Parse(site.Store.Read(fleetKey)!.Value.Body)!["Devices"]!.DeepClone();
        site.Store.Commit([new(key, site.Store.Read(key)!.Value.Version, Encoding.UTF8.GetBytes(state.ToJsonString())), new(fleetKey, site.Store.Read(fleetKey)!.Value.Version, null)]);

        await site.Crash();

        Assert.Equal((RolloutPhase.Running, 5, 1), (await Rollout(site).Describe()) is var view ? (view.Phase, view.Devices, view.Reached) : default);
        await site.Run(TimeSpan.FromMinutes(3));
        Assert.Equal((RolloutPhase.Completed, 5), (await Rollout(site).Describe()) is var last ? (last.Phase, last.Confirmed) : default);
        Assert.DoesNotContain("Devices", Encoding.UTF8.GetString(site.Store.Read(key)!.Value.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_confirmation_without_the_version_in_its_hello_is_none()
    {
        await using var site = await With(3);
        site.Devices.ForEach(d => d.LiesAboutUpdates = true);
        await Rollout(site).Start("esp32-2.0.0", s_policy);
        await site.Run(TimeSpan.FromSeconds(4 * PeriodSeconds));
        Assert.Equal(0, (await Rollout(site).Describe()).Confirmed);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_by_name()
    {
        await using var site = await With(3);
        await Refused(FogError.UnknownRollout, () => Rollout(site).Describe());
        await Refused(FogError.UnknownRelease, () => Rollout(site).Start("esp32-9.0.0", s_policy));
        foreach (int[] stages in (int[][])[[], [0], [1001], [500, 500], [900, 100]])
        {
            await Refused(FogError.InvalidRequest, () => Rollout(site).Start("esp32-2.0.0", s_policy with { Stages = [.. stages] }));
        }

        await Refused(FogError.InvalidRequest, () => Rollout(site).Start("esp32-2.0.0", s_policy with { SuccessPermille = 0 }));
        await Refused(FogError.InvalidRequest, () => Rollout(site).Start("esp32-2.0.0", s_policy with { PauseOn = 0 }));
        var catalogue = site.Host.GrainFactory.GetGrain<IReleaseCatalogueGrain>(TestSite.Name);
        await Refused(FogError.InvalidRelease, () => catalogue.Add([1, 2, 3]));
        await Refused(FogError.InvalidRelease, () => catalogue.Add(File(0x020100, 1)[..^1]));
        await Refused(FogError.ReleaseConflict, () => catalogue.Add(File(0x020000, 77)));
        Assert.Single(await catalogue.List());
    }

    private static IRolloutGrain Rollout(TestSite site) => site.Host.GrainFactory.GetGrain<IRolloutGrain>(TestSite.Name);

    private static async Task<TestSite> With(int devices, double periodSeconds = PeriodSeconds)
    {
        var site = await TestSite.WithCluster(devices, periodSeconds);
        var file = File(0x020000, 1);
        var catalogue = site.Host.GrainFactory.GetGrain<IReleaseCatalogueGrain>(TestSite.Name);
        var added = await catalogue.Add(file);
        Assert.Equal(("esp32-2.0.0", added.Release), ((await catalogue.Add(file)).Name, (await catalogue.Find("esp32-2.0.0")).Release));
        return site;
    }

    private static ImmutableArray<byte> File(uint version, byte seed)
    {
        ImmutableArray<byte> image = [.. Enumerable.Repeat(seed, 2000)];
        var manifest = new ReleaseManifest("esp32", version, 0x010000, image.Length, Digest.Of(image.AsSpan()), [1, 2, 3, 4, 5, 6, 7, 8]);
        return [.. manifest.With(new byte[256]), .. image];
    }

    private static async Task<IReadOnlyList<SiteEvent>> Events(TestSite site) =>
        [.. (await site.Host.GrainFactory.GetGrain<IJournalGrain>(TestSite.Name).Read(0)).Select(e => e.Event)];

    private static async Task Refused(FogError error, Func<Task> call) => Assert.Equal(error, (await Assert.ThrowsAsync<FogException>(call)).Error);
}
