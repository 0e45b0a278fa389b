using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Clusters;

/// <summary>Who belongs, who leads, who is lost.</summary>
public class MembershipTests
{
    [Fact]
    public async Task Seven_devices_switched_on_together_make_one_cluster_with_staggered_wakes()
    {
        await using var site = await TestSite.WithCluster(7, periodSeconds: 70);
        await site.Run(TimeSpan.FromSeconds(210));
        var view = await site.Cluster().Describe();
        Assert.Equal(7, view.Members.Length);
        var wakes = view.Members.Select(m => m.NextWake).Order().ToList();
        Assert.All(wakes.Zip(wakes.Skip(1)), pair => Assert.Equal(10, (pair.Second - pair.First).TotalSeconds, 3));
    }

    [Fact]
    public async Task Ten_devices_make_two_clusters_of_five()
    {
        await using var site = await TestSite.WithCluster(10);
        var view = await site.Dispatcher.Describe();
        Assert.Equal([5, 5], view.Clusters.Select(c => c.Members));
        Assert.Empty(view.Unassigned);
    }

    [Fact]
    public async Task A_faster_device_takes_the_lead_in_a_new_term()
    {
        await using var site = await TestSite.WithCluster(3);
        var before = await site.Cluster().Describe();
        site.AddDevice("fast", periodSeconds: 5);
        await site.EnrolAll();
        await site.Run(TimeSpan.FromSeconds(30));
        var after = await site.Cluster().Describe();
        Assert.Equal("fast", after.Leader!.Value.Name);
        Assert.Equal(before.Term + 1, after.Term);

        await site.Device("fast").Hello();
        Assert.True(site.Device("fast").Opened!.Leader);
        Assert.Equal(after.Term, site.Device("fast").Opened!.Term);
        await site.Device(before.Leader!.Value).Hello();
        Assert.False(site.Device(before.Leader.Value).Opened!.Leader);
    }

    [Fact]
    public async Task A_dead_device_is_overdue_then_lost_and_another_one_leads()
    {
        await using var site = await TestSite.WithCluster(5);
        var before = await site.Cluster().Describe();
        var leader = site.Device(before.Leader!.Value);
        leader.IsDead = true;
        await site.Run(leader.NextWake - site.Now + TimeSpan.FromSeconds(20));
        var late = await site.Cluster().Describe();
        Assert.Equal(NodePresence.Overdue, late.Members.Single(m => m.Node == leader.Id).Presence);
        await site.Run(TimeSpan.FromSeconds(15));
        var after = await site.Cluster().Describe();
        Assert.DoesNotContain(after.Members, m => m.Node == leader.Id);
        Assert.NotEqual(before.Leader, after.Leader);
        Assert.Equal(before.Term + 1, after.Term);
    }

    /// <summary>However long its clock errs, its connections fail or it sleeps, by its own word.</summary>
    [Fact]
    public async Task No_claim_of_a_device_keeps_it_from_being_lost()
    {
        await using var site = await TestSite.WithCluster(5);
        var liar = site.Device("d0");
        (liar.ClockError, liar.ConnectBackoff, liar.SaysSleep) = (TimeSpan.FromDays(20), TimeSpan.FromDays(40), TimeSpan.FromDays(40));
        await site.Run(TimeSpan.FromSeconds(30));
        liar.IsDead = true;
        await site.Run(TimeSpan.FromSeconds(20) + site.Options.Liveness.GraceMin + TimeSpan.FromMinutes(5));
        Assert.DoesNotContain((await site.Cluster().Describe()).Members, m => m.Node == liar.Id);
    }

    [Fact]
    public async Task A_sleeper_on_schedule_is_not_purged()
    {
        await using var site = await TestSite.WithCluster(3, periodSeconds: 1800);
        await site.Run(TimeSpan.FromHours(3));
        var view = await site.Cluster().Describe();
        Assert.Equal(3, view.Members.Length);
        Assert.All(view.Members, m => Assert.Equal(NodePresence.Sleeping, m.Presence));
    }

    [Fact]
    public async Task A_purged_device_returns_as_a_new_member()
    {
        await using var site = await TestSite.WithCluster(5);
        var device = site.Device("d2");
        device.IsDead = true;
        await site.Run(TimeSpan.FromSeconds(60));
        Assert.Equal(4, (await site.Cluster().Describe()).Members.Length);
        device.IsDead = false;
        await site.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(5, (await site.Cluster().Describe()).Members.Length);
    }

    [Fact]
    public async Task The_open_seat_of_a_purged_device_is_given_to_another()
    {
        await using var site = await TestSite.WithCluster(5);
        await site.Invoke("call", replicas: 3);
        await site.Settle();
        var seated = site.Devices.OrderBy(d => d.NextWake).Take(3).ToList();
        seated[0].IsDead = seated[1].IsDead = true;
        var done = await site.Outcome("call");
        Assert.Equal((FogError.None, 1, 2), (done.Outcome!.Error, done.Tally.Attempt, done.Tally.For));
        Assert.Equal("42", await site.Call("call").ResultJson());
    }

    [Fact]
    public async Task A_seat_that_nobody_can_take_waits_for_a_newcomer()
    {
        await using var site = await TestSite.WithCluster(5);
        site.Devices.Take(2).ToList().ForEach(d => d.Compute = static _ => null);
        await site.Invoke("call", replicas: 5, timeoutSeconds: 900);
        var dead = site.Device("d4");
        dead.IsDead = true;
        await site.Run(TimeSpan.FromSeconds(60));
        Assert.Equal((2, 3), ((await site.Call("call").Describe()).Tally.For, (await site.Call("call").Describe()).Tally.Missing));
        site.AddDevice("new");
        await site.EnrolAll();
        var done = await site.Outcome("call");
        Assert.Equal(FogError.None, done.Outcome!.Error);
        Assert.NotEmpty(site.Device("new").TasksSeen);
    }

    [Fact]
    public async Task A_forgotten_cluster_that_gets_a_member_is_known_again()
    {
        await using var site = await TestSite.WithCluster(5);
        var late = site.AddDevice("late");
        await site.Cluster("c9").Add(new(late.Id, late.Cycle, site.Now, site.Now, late.Heap, 1_000_000), after: 0);
        await site.Settle();
        Assert.Contains((await site.Dispatcher.Describe()).Clusters, c => c.Cluster.Name == "c9");
    }

    [Fact]
    public async Task When_half_the_site_is_late_at_once_nobody_is_purged()
    {
        await using var site = await TestSite.WithCluster(10);
        var silent = site.Devices.Take(6).ToList();
        silent.ForEach(d => d.IsDead = true);
        await site.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(10, (await site.Dispatcher.Describe()).Clusters.Sum(c => c.Members));
        silent.ForEach(d => (d.IsDead, d.NextWake) = (false, site.Now));
        await site.Run(TimeSpan.FromMinutes(2));
        var view = await site.Dispatcher.Describe();
        Assert.Equal((10, 0), (view.Clusters.Sum(c => c.Members), view.Clusters.Sum(c => c.LateMembers)));
    }

    [Fact]
    public async Task A_crash_of_the_silo_gives_everybody_a_new_grace()
    {
        await using var site = await TestSite.WithCluster(3);
        foreach (var device in site.Devices)
        {
            device.IsDead = true;
        }

        await site.Advance(TimeSpan.FromSeconds(12));
        await site.Crash();
        await site.Dispatcher.Revive();
        await site.Advance(TimeSpan.FromSeconds(11));
        Assert.All((await site.Cluster().Describe()).Members, m => Assert.Equal(NodePresence.Sleeping, m.Presence));
    }

    [Fact]
    public async Task A_cluster_below_three_dissolves_into_its_neighbour()
    {
        await using var site = await TestSite.WithCluster(8); // 4 + 4
        var c2 = await site.Cluster("c2").Describe();
        foreach (var member in c2.Members.Take(2))
        {
            site.Device(member.Node).IsDead = true;
        }

        await site.Run(TimeSpan.FromMinutes(3));
        var view = await site.Dispatcher.Describe();
        Assert.Equal([6], view.Clusters.Select(c => c.Members));
        Assert.Equal(6, site.Devices.Count(d => !d.IsDead));

        await site.Invoke("call", replicas: 5);
        Assert.Equal(FogError.None, (await site.Outcome("call")).Outcome!.Error);
    }

    [Fact]
    public async Task A_member_marked_to_move_takes_no_new_seat_and_moves_when_its_last_vote_closes()
    {
        await using var site = await TestSite.WithCluster(8);
        var c1 = await site.Cluster("c1").Describe();
        foreach (var device in site.Devices)
        {
            device.Compute = static _ => null;
        }

        var target = (await site.Cluster("c2").Describe()).Cluster;
        var mover = c1.Members[1].Node;
        var order = (await Orders.Of(site, "call", replicas: 3)) with { Deadline = site.Now.AddSeconds(100) };
        await site.Cluster("c1").Open(order);
        var seats = await Orders.Seated(site, order);
        mover = seats[0];
        await site.Cluster("c1").Move(mover, target);
        await site.Run(TimeSpan.FromSeconds(50));
        Assert.Contains((await site.Cluster("c1").Describe()).Members, m => m.Node == mover);
        var refused = await Assert.ThrowsAsync<FogException>(() => OpenAll(site, mover));
        Assert.Equal(FogError.TooManyReplicas, refused.Error);

        await site.Run(TimeSpan.FromSeconds(80)); // past the deadline
        Assert.DoesNotContain((await site.Cluster("c1").Describe()).Members, m => m.Node == mover);
        Assert.Contains((await site.Cluster("c2").Describe()).Members, m => m.Node == mover);
        Assert.Equal("c2", (await site.Device(mover).Grain.Describe()).Cluster!.Value.Name);
    }

    /// <summary>As many seats as the cluster has live members with the one that moves: one too many.</summary>
    private static async Task OpenAll(TestSite site, Fog.Grains.Interfaces.Ids.NodeId mover)
    {
        var c1 = await site.Cluster("c1").Describe();
        Assert.Equal(4, c1.Members.Length);
        await site.Cluster("c1").Open(await Orders.Of(site, $"more-{mover.Name}", replicas: 5));
    }
}
