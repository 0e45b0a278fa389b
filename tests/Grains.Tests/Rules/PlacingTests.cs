using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Rules;

namespace Fog.Grains.Tests.Rules;

public class PlacingTests
{
    private static ClusterSummary Cluster(string name, int live, int openVotes, double period = 10) =>
        new(new ClusterId("lab", name), 1, live, live, 0, 0, openVotes, TimeSpan.FromSeconds(period));

    [Fact]
    public void Clusters_are_offered_work_by_load_then_by_period()
    {
        var order = Placing.Clusters([Cluster("busy", 5, 10), Cluster("slow", 5, 0, 60), Cluster("fast", 5, 0, 1), Cluster("large", 7, 10)], replicas: 5, countMax: 16);
        Assert.Equal(["fast", "slow", "large", "busy"], order.Select(c => c.Name));
    }

    [Fact]
    public void Clusters_with_fewer_live_members_than_replicas_are_not_asked() =>
        Assert.Equal(["five"], Placing.Clusters([Cluster("four", 4, 0), Cluster("five", 5, 9)], replicas: 5, countMax: 16).Select(c => c.Name));

    [Fact]
    public void Hosts_are_offered_work_by_load() =>
        Assert.Equal(["b", "c", "a"], Placing.Hosts([new(new HostId("lab", "a"), 2), new(new HostId("lab", "c"), 1), new(new HostId("lab", "b"), 1)]).Select(h => h.Name));
}
