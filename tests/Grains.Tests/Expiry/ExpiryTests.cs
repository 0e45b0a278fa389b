using System.Collections.Immutable;
using Fog.Engine.Storage;
using Fog.Grains.Expiry;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Expiry;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Tests.Site;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Grains.Tests.Expiry;

/// <summary>A store does not grow with the calls that were ever made.</summary>
public class ExpiryTests
{
    private static readonly ImmutableArray<byte> Content = [1, 2, 3];

    private static IBlobGrain Blob(TestSite site, ImmutableArray<byte> content) => site.Host.GrainFactory.GetGrain<IBlobGrain>(Digest.Of(content.AsSpan()).Hex);

    private static int Count(TestSite site, string grainType) => site.Store.Snapshot().Count(r => r.Key.Kind == RecordKind.State && r.Key.Grain.StartsWith(grainType + "/", StringComparison.Ordinal));

    private static void StopDevices(TestSite site) => site.Devices.ForEach(static d => d.IsDead = true);

    [Fact]
    public async Task Calls_and_their_outcomes_leave_nothing_when_their_time_is_over()
    {
        await using var site = await TestSite.WithCluster(3);
        int before = site.Store.Snapshot().Count();
        int deployed = Count(site, "blob");
        site.Devices.ForEach(static d => d.Compute = static _ => TestSite.LargeValue(1));
        for (int i = 0; i < 5; i++)
        {
            await site.Invoke($"call-{i}");
            await site.Outcome($"call-{i}");
        }

        Assert.Equal(5, Count(site, "invocation"));
        Assert.Equal(deployed + 1, Count(site, "blob"));
        StopDevices(site);
        await site.Advance(TimeSpan.FromHours(23));
        Assert.Equal(5, Count(site, "invocation"));
        await site.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, Count(site, "invocation"));
        Assert.Equal(deployed + 1, Count(site, "blob")); // A call with the longest deadline could still need it.
        await site.Advance(TimeSpan.FromHours(25));
        Assert.Equal(deployed, Count(site, "blob"));
        Assert.Equal(0, Count(site, "expiry"));

        // What is left of it is the sweeper: its state and its reminder.
        Assert.InRange(site.Store.Snapshot().Count(), before, before + 2);
    }

    [Fact]
    public async Task A_sweep_goes_on_after_a_crash_and_after_days_of_darkness()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        await site.Outcome("call");
        StopDevices(site);
        await site.Crash();
        await site.Advance(TimeSpan.FromHours(23));
        await site.Crash();
        await site.Advance(TimeSpan.FromHours(2));
        Assert.Equal((0, 0), (Count(site, "invocation"), Count(site, "expiry")));
    }

    [Theory]
    [InlineData("invocation/")]
    [InlineData("expiry/")]
    [InlineData("sweeper/")]
    public async Task What_could_not_be_removed_is_removed_the_next_time(string denied)
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        await site.Outcome("call");
        StopDevices(site);
        await site.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(10));
        Assert.Equal(1, Count(site, "invocation"));
        site.Store.DenyNextOf = denied;
        await site.Advance(TimeSpan.FromHours(1));
        Assert.Null(site.Store.DenyNextOf);
        Assert.Equal((0, 0), (Count(site, "invocation"), Count(site, "expiry")));
    }

    [Fact]
    public async Task A_call_that_has_no_outcome_yet_is_kept()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Invoke("call");
        StopDevices(site);
        var due = (await site.Call("call").Expire())!.Value;
        Assert.Equal((await site.Call("call").Describe()).Deadline + site.Options.OutcomeKept, due);
        Assert.Equal(InvocationPhase.Running, (await site.Call("call").Describe()).Phase);
    }

    [Fact]
    public async Task Bytes_that_another_call_needs_again_are_kept_for_it()
    {
        await using var site = await TestSite.Start();
        await Blob(site, Content).PutForCall(Content);
        await site.Advance(TimeSpan.FromHours(40));
        await Blob(site, Content).PutForCall(Content);
        await site.Advance(TimeSpan.FromHours(40));
        Assert.NotNull(await Blob(site, Content).Get());
        await site.Advance(TimeSpan.FromHours(9));
        Assert.Null(await Blob(site, Content).Get());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_that_are_deployed_stay_whatever_calls_use_them(bool first)
    {
        await using var site = await TestSite.Start();
        if (first)
        {
            await Blob(site, Content).Put(Content);
        }

        await Blob(site, Content).PutForCall(Content);
        if (!first)
        {
            await Blob(site, Content).Put(Content);
        }

        await site.Advance(TimeSpan.FromHours(52));
        Assert.NotNull(await Blob(site, Content).Get());
        Assert.Equal(0, Count(site, "expiry"));
    }

    [Fact]
    public async Task One_moment_has_a_limit()
    {
        await using var site = await TestSite.Start();
        var moment = ExpiryMoment.At(site.Now + TimeSpan.FromDays(1));
        var expiry = site.Host.GrainFactory.GetGrain<IExpiryGrain>(ExpiryMoment.KeyOf(moment, 0));
        await Task.WhenAll(Enumerable.Range(0, GrainLimits.ExpiriesMax).Select(i => expiry.Add(new(ExpiryKind.Blob, $"{i}"))));
        await expiry.Add(new(ExpiryKind.Blob, "7")); // It is there already.
        var refused = await Assert.ThrowsAsync<FogException>(() => expiry.Add(new(ExpiryKind.Blob, "one more")));
        Assert.Equal(FogError.LimitExceeded, refused.Error);
    }

    [Fact]
    public void A_moment_is_at_the_end_or_less_than_a_quarter_of_an_hour_later_and_its_key_names_it() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(),
        ArbMap.Default.ArbFor<NonEmptyString>(),
        (seconds, owner) =>
        {
            var end = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds.Get);
            var moment = ExpiryMoment.At(end);
            string key = ExpiryMoment.KeyOf(moment, owner.Get);
            int share = int.Parse(key[(key.IndexOf('-') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
            return moment >= end
                && moment - end < ExpiryMoment.Apart
                && ExpiryMoment.At(moment) == moment
                && ExpiryMoment.Of(key) == moment
                && share is >= 0 and < ExpiryMoment.Shares;
        }).QuickCheckThrowOnFailure();
}
