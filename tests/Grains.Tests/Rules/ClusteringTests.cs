using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Grains.Tests.Rules;

public class ClusteringTests
{
    private static readonly ClusteringOptions Options = new();

    private static OpenCluster Open(string name, int size, double shortestSeconds = 10) =>
        new(new ClusterId("lab", name), size, TimeSpan.FromSeconds(shortestSeconds));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)] // degraded
    [InlineData(2, 1)] // degraded
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 1)]
    [InlineData(7, 1)] // one of 7, not 4 + 3
    [InlineData(8, 2)]
    [InlineData(9, 2)]
    [InlineData(10, 2)]
    [InlineData(12, 2)] // 6 + 6 (Σ 2) before 4 + 4 + 4 (Σ 3)
    [InlineData(13, 3)] // 5 + 4 + 4 (Σ 2) before 7 + 6 (Σ 3)
    [InlineData(15, 3)]
    [InlineData(1000, 200)]
    public void The_number_of_clusters_keeps_sizes_near_five(int nodes, int clusters) =>
        Assert.Equal(clusters, Clustering.Count(nodes, Options));

    [Fact]
    public void Ten_nodes_are_led_by_the_two_fastest_and_filled_with_fast_and_slow_in_turn()
    {
        var clusters = Clustering.Form(Nodes.Many(10), Options);
        Assert.Equal(
            [["n0", "n2", "n9", "n4", "n7"], ["n1", "n3", "n8", "n5", "n6"]],
            clusters.Select(cluster => cluster.Select(node => node.Node.Name)));
    }

    [Fact]
    public void Equal_duty_cycles_are_ordered_by_the_last_connection()
    {
        var nodes = Enumerable.Range(0, 8).Select(i => Nodes.Candidate($"n{i}", lastSecondsAgo: i));
        Assert.Equal(["n7", "n6"], Clustering.Form(nodes, Options).Select(cluster => cluster[0].Node.Name));
    }

    [Fact]
    public void A_plan_covers_every_node_once_within_bounds_and_within_one_of_each_other() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 120)),
        count =>
        {
            var nodes = Nodes.Many(count);
            var plan = Clustering.Form(nodes, Options);
            var sizes = plan.Select(static c => c.Length).ToList();
            return plan.SelectMany(static c => c).Select(static c => c.Node).Order(Comparer<NodeId>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name)))
                    .SequenceEqual(nodes.Select(static c => c.Node).Order(Comparer<NodeId>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name))))
                && sizes.All(size => size <= 7 && (size >= 3 || count < 3))
                && (sizes.Count == 0 || sizes.Max() - sizes.Min() <= 1)
                && plan.All(cluster => cluster[0].DutyCycle.Period == cluster.Min(c => c.DutyCycle.Period));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Joining_nodes_fill_the_smallest_clusters_to_five_first()
    {
        var plan = Clustering.Join([Open("a", 4), Open("b", 3), Open("c", 5)], Nodes.Many(3), Options);
        Assert.Equal([("n0", "b"), ("n1", "a"), ("n2", "b")], Names(plan));
        Assert.Empty(plan.NewClusters);
    }

    [Fact]
    public void Among_equal_clusters_the_slowest_is_helped_first()
    {
        var plan = Clustering.Join([Open("a", 4, shortestSeconds: 5), Open("b", 4, shortestSeconds: 60)], Nodes.Many(1), Options);
        Assert.Equal([("n0", "b")], Names(plan));
    }

    [Fact]
    public void Three_left_over_make_a_cluster_of_their_own()
    {
        var plan = Clustering.Join([Open("a", 4)], Nodes.Many(4), Options);
        Assert.Equal([("n0", "a")], Names(plan));
        Assert.Equal([["n1", "n2", "n3"]], plan.NewClusters.Select(c => c.Select(n => n.Node.Name)));
    }

    [Fact]
    public void Two_left_over_fill_clusters_below_seven()
    {
        var plan = Clustering.Join([Open("a", 6), Open("b", 5), Open("c", 7)], Nodes.Many(2), Options);
        Assert.Equal([("n0", "b"), ("n1", "a")], Names(plan));
    }

    [Fact]
    public void Two_left_over_make_a_degraded_cluster_when_all_are_full()
    {
        var plan = Clustering.Join([Open("a", 7), Open("b", 7)], Nodes.Many(2), Options);
        Assert.Empty(plan.Additions);
        Assert.Equal([["n0", "n1"]], plan.NewClusters.Select(c => c.Select(n => n.Node.Name)));
    }

    [Fact]
    public void A_join_covers_every_node_once_and_overfills_nobody() => Prop.ForAll(
        Arb.From(Gen.Choose(1, 7).ListOf()), Arb.From(Gen.Choose(0, 40)),
        (sizes, count) =>
        {
            var clusters = sizes.Select((size, i) => Open($"c{i}", size)).ToList();
            var nodes = Nodes.Many(count);
            var plan = Clustering.Join(clusters, nodes, Options);
            var placed = plan.Additions.Select(a => a.Node.Node.Name).Concat(plan.NewClusters.SelectMany(c => c).Select(c => c.Node.Name));
            return placed.Order().SequenceEqual(nodes.Select(c => c.Node.Name).Order())
                && clusters.All(c => c.Size + plan.Additions.Count(a => a.Cluster == c.Cluster) <= 7);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_small_cluster_dissolves_into_a_neighbour_that_holds_both()
    {
        var small = Nodes.Many(2);
        var moving = Clustering.Repair(small, [.. Nodes.Many(7).Skip(2)], Nodes.Id("n2"), Options);
        Assert.Equal(["n0", "n1"], moving.Select(n => n.Name));
    }

    [Fact]
    public void A_small_cluster_is_filled_from_a_neighbour_too_large_to_take_it_in()
    {
        var nodes = Nodes.Many(9);
        var moving = Clustering.Repair([.. nodes.Take(2)], [.. nodes.Skip(2)], Nodes.Id("n2"), Options);
        Assert.Equal(["n8", "n3"], moving.Select(n => n.Name)); // 4 + 5, its leader n2 stays
    }

    [Theory]
    [InlineData(3, "c3")] // 2 + 3 make the best size
    [InlineData(4, "c3")]
    public void A_small_cluster_is_repaired_with_the_neighbour_that_gives_the_best_sizes(int otherSize, string neighbour) =>
        Assert.Equal(
            new ClusterId("lab", neighbour),
            Clustering.Neighbour(Open("small", 2), [Open("small", 2), Open("c7", 7), Open("c3", 3), Open("other", otherSize)], Options));

    [Fact]
    public void The_only_cluster_has_no_neighbour() =>
        Assert.Null(Clustering.Neighbour(Open("small", 2), [Open("small", 2)], Options));

    [Fact]
    public void A_repair_leaves_no_cluster_below_three_and_sizes_within_bounds() => Prop.ForAll(
        Arb.From(Gen.Choose(1, 2)), Arb.From(Gen.Choose(2, 7)),
        (smallSize, neighbourSize) =>
        {
            var nodes = Nodes.Many(smallSize + neighbourSize);
            List<Candidate> small = [.. nodes.Take(smallSize)], neighbour = [.. nodes.Skip(smallSize)];
            var moving = Clustering.Repair(small, neighbour, neighbour[0].Node, Options);
            bool dissolves = moving.Contains(small[0].Node);
            int smallAfter = dissolves ? 0 : smallSize + moving.Length;
            int neighbourAfter = nodes.Count - smallAfter;
            return moving.Distinct().Count() == moving.Length
                && neighbourAfter is >= 3 and <= 7
                && (dissolves || smallAfter >= 3 && neighbourAfter - smallAfter is 0 or 1);
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<(string Node, string Cluster)> Names(JoinPlan plan) => plan.Additions.Select(a => (a.Node.Node.Name, a.Cluster.Name));
}
