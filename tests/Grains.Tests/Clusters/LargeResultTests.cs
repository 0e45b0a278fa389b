using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Clusters;

/// <summary>Values above 1024 bytes stay on the devices until the vote is decided, then one of the winners hands them over.</summary>
public class LargeResultTests
{
    private static async Task<TestSite> Site(int devices = 5)
    {
        var site = await TestSite.WithCluster(devices);
        site.Devices.ForEach(d => d.Compute = static _ => TestSite.LargeValue(1));
        return site;
    }

    private static async Task AssertStored(TestSite site)
    {
        var done = await site.Outcome("call");
        Assert.Equal((FogError.None, BlobValue.Of(TestSite.LargeValue(1)).Digest), (done.Outcome!.Error, done.Outcome.Result!.Digest));
        Assert.StartsWith("[1,2,3,", await site.Call("call").ResultJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decided_value_is_fetched_from_one_winner_and_the_others_forget_it()
    {
        await using var site = await Site();
        await site.Invoke("call", replicas: 5);
        await AssertStored(site);
        await site.Run(TimeSpan.FromSeconds(30));
        Assert.Single(site.Devices, d => d.Seen.Any(m => m is FetchDownlink));
        Assert.All(site.Devices, d => Assert.Equal(0, d.KeptCount));
    }

    [Fact]
    public async Task A_voter_is_told_to_keep_its_value_while_the_vote_is_open()
    {
        await using var site = await Site(3);
        await site.Invoke("call");
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Cycle1();
        Assert.Contains(device.Seen, m => m is AcceptedDownlink { Keep: true });
        Assert.Equal(1, device.KeptCount);
    }

    [Fact]
    public async Task A_winner_that_no_longer_has_the_value_is_passed_over()
    {
        await using var site = await Site();
        await site.Invoke("call", replicas: 3);
        foreach (var device in site.Devices.OrderBy(d => d.NextWake).Take(1))
        {
            device.Forgets = true;
        }

        await AssertStored(site);
        Assert.Equal(2, site.Devices.Count(d => d.Seen.Any(m => m is FetchDownlink)));
    }

    [Fact]
    public async Task A_winner_that_sleeps_twice_without_handing_over_is_passed_over()
    {
        await using var site = await Site();
        await site.Invoke("call", replicas: 3);
        var first = site.Devices.MinBy(d => d.NextWake)!;
        first.IgnoresFetches = true;
        await AssertStored(site);
        Assert.Equal(2, first.Seen.Count(m => m is FetchDownlink));
    }

    [Fact]
    public async Task A_winner_that_dies_is_passed_over()
    {
        await using var site = await Site();
        await site.Invoke("call", replicas: 3);
        var first = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(first.NextWake - site.Now);
        await first.Cycle1();
        first.IsDead = true;
        await AssertStored(site);
    }

    [Fact]
    public async Task Without_a_winner_left_to_ask_a_late_one_helps()
    {
        await using var site = await Site(3);
        await site.Invoke("call", replicas: 3);
        foreach (var device in site.Devices.OrderBy(d => d.NextWake).Take(2))
        {
            device.Forgets = true;
        }

        await AssertStored(site);
    }

    [Fact]
    public async Task When_nobody_hands_it_over_the_call_ends_at_its_deadline()
    {
        await using var site = await Site(3);
        site.Devices.ForEach(d => d.Forgets = true);
        await site.Invoke("call", replicas: 3, timeoutSeconds: 100);
        Assert.Equal(FogError.DeadlineExceeded, (await site.Outcome("call")).Outcome!.Error);
    }

    /// <summary>Its receipt was lost, so it says its result again while the fog already asks for the value.</summary>
    [Fact]
    public async Task A_repeated_result_does_not_end_the_fetch_of_its_value()
    {
        await using var site = await Site(3);
        await site.Invoke("call", replicas: 1);
        var leader = site.Device((await site.Cluster().Describe()).Leader!.Value);
        leader.IgnoresFetches = true;
        await site.Advance(leader.NextWake - site.Now);
        await leader.Wake();
        await leader.Work();
        await leader.Run(leader.TasksSeen.Single().Task);
        await leader.Sleep();
        leader.IgnoresFetches = false;
        await AssertStored(site);
    }

    [Fact]
    public async Task A_winner_that_stays_awake_without_handing_over_is_passed_over()
    {
        await using var site = await Site();
        await site.Invoke("call", replicas: 3);
        var first = site.Devices.MinBy(d => d.NextWake)!;
        first.IgnoresFetches = true;
        await site.Advance(first.NextWake - site.Now);
        await first.Wake();
        for (int i = 0; i < 30; i++)
        {
            await first.Work();
            await site.Run(TimeSpan.FromSeconds(10));
            await first.Say(new KeepaliveUplink(first.Heap));
        }

        Assert.Single(first.Seen, m => m is FetchDownlink);
        Assert.Equal(InvocationPhase.Completed, (await site.Call("call").Describe()).Phase);
    }
}
