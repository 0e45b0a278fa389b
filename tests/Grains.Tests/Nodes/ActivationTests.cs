using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Nodes;

/// <summary>Activation follows the duty cycle: sleeping devices cost nothing.</summary>
public class ActivationTests
{
    [Fact]
    public async Task Activations_an_hour_are_wakes_plus_deliveries()
    {
        await using var site = await TestSite.WithCluster(7, periodSeconds: 60);
        long before = site.Host.Census.Activated(typeof(NodeGrain));
        int wakes = 0;
        site.OnWake = () =>
        {
            wakes++;
            Assert.InRange(site.LiveNodes, 0, 1);
        };
        await site.Run(TimeSpan.FromHours(1));
        Assert.InRange(wakes, 7 * 59, 7 * 61);
        Assert.Equal(wakes, site.Host.Census.Activated(typeof(NodeGrain)) - before);
        Assert.Equal(0, site.LiveNodes);

        // Three seats are three deliveries to sleepers.
        before = site.Host.Census.Activated(typeof(NodeGrain));
        await site.Invoke("call", replicas: 3);
        await site.Settle();
        Assert.Equal(3, site.Host.Census.Activated(typeof(NodeGrain)) - before);
        Assert.Equal(0, site.LiveNodes);
    }

    [Fact]
    public async Task A_hundred_sleeping_devices_are_no_node_activations()
    {
        await using var site = await TestSite.WithCluster(100, periodSeconds: 600);
        Assert.Equal(0, site.LiveNodes);
        Assert.Equal(100, (await site.Dispatcher.Describe()).Clusters.Sum(c => c.Members));
    }

    [Fact]
    public async Task Mail_for_a_sleeper_activates_it_only_to_store()
    {
        await using var site = await TestSite.WithCluster(3);
        var grain = site.Device("d0").Grain;
        await grain.Enqueue(Order(site, 1));
        await site.Settle();
        Assert.Equal(0, site.LiveNodes);
        Assert.Equal(1, (await grain.Describe()).MailCount);
    }

    [Fact]
    public async Task A_full_mailbox_takes_no_more_and_says_so()
    {
        await using var site = await TestSite.WithCluster(3);
        var grain = site.Device("d0").Grain;
        for (int i = 1; i <= 64; i++)
        {
            await grain.Enqueue(Order(site, i));
        }

        await grain.Enqueue(Order(site, 64)); // known: not one more
        var refused = await Assert.ThrowsAsync<FogException>(() => grain.Enqueue(Order(site, 65)));
        Assert.Equal(FogError.LimitExceeded, refused.Error);
        await grain.Withdraw(Order(site, 1).Task.Id);
        await grain.Enqueue(Order(site, 65));
    }

    private static SeatOrder Order(TestSite site, int n) => new(
        new(TaskId.Of(new(TestSite.Tenant, "call"), n), Digest.Of([1]), 100, new(1, 1, 1), site.Now.AddMinutes(10), BlobValue.Of([0])), new(TestSite.Name, "c1"), false);
}
