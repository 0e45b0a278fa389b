using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Rules;

/// <summary>A cluster that may take nodes in.</summary>
/// <param name="ShortestPeriod">Of its members.</param>
public sealed record OpenCluster(ClusterId Cluster, int Size, TimeSpan ShortestPeriod);

/// <param name="Additions">Nodes for clusters that exist.</param>
/// <param name="NewClusters">Nodes for clusters to be made; the first of each leads.</param>
public sealed record JoinPlan(
    ImmutableArray<(Candidate Node, ClusterId Cluster)> Additions,
    ImmutableArray<ImmutableArray<Candidate>> NewClusters);

/// <summary>Groups of 3 to 7 nodes by duty cycle.</summary>
public static class Clustering
{
    /// <summary>The smallest cluster; among equals the one that waits longest for its fastest node; no two are equal.</summary>
    private static readonly Comparer<OpenCluster> s_mostHelpedFirst = Comparer<OpenCluster>.Create(static (a, b) =>
        a.Size != b.Size ? a.Size.CompareTo(b.Size)
        : a.ShortestPeriod != b.ShortestPeriod ? b.ShortestPeriod.CompareTo(a.ShortestPeriod)
        : string.CompareOrdinal(a.Cluster.ToString(), b.Cluster.ToString()));

    /// <summary>How many clusters so many nodes make: least Σ|size − best|, then fewest even sizes, then fewest clusters.</summary>
    public static int Count(int nodes, ClusteringOptions options)
    {
        if (nodes <= options.SizeMax)
        {
            return nodes == 0 ? 0 : 1;
        }

        int fewest = (nodes + options.SizeMax - 1) / options.SizeMax;
        int most = nodes / options.SizeMin;
        return Enumerable.Range(fewest, most - fewest + 1)
            .OrderBy(count => Sizes(nodes, count).Sum(size => Math.Abs(size - options.SizeBest)))
            .ThenBy(count => Sizes(nodes, count).Count(static size => size % 2 == 0))
            .ThenBy(static count => count)
            .First();
    }

    /// <summary>The five steps: order by duty cycle; choose the number of clusters; the fastest nodes lead; fill in turn, alternating the
    /// fastest and the slowest node left.</summary>
    /// <returns>Clusters whose sizes differ by at most one; the first node of each leads.</returns>
    public static ImmutableArray<ImmutableArray<Candidate>> Form(IEnumerable<Candidate> nodes, ClusteringOptions options)
    {
        var left = new LinkedList<Candidate>(FastestFirst(nodes));
        var clusters = Enumerable.Range(0, Count(left.Count, options)).Select(static _ => ImmutableArray.CreateBuilder<Candidate>()).ToList();
        foreach (var cluster in clusters)
        {
            cluster.Add(TakeFastest(left));
        }

        for (bool fastest = true; left.Count > 0; fastest = !fastest)
        {
            foreach (var cluster in clusters)
            {
                if (left.Count > 0)
                {
                    cluster.Add(fastest ? TakeFastest(left) : TakeSlowest(left));
                }
            }
        }

        return [.. clusters.Select(static cluster => cluster.ToImmutable())];
    }

    /// <summary>Where nodes without a cluster go: existing clusters are filled to the best size; enough left over make new ones; one or two
    /// left fill clusters below the largest size where it helps most, and make a degraded cluster only when there is none.</summary>
    public static JoinPlan Join(IEnumerable<OpenCluster> clusters, IEnumerable<Candidate> unassigned, ClusteringOptions options)
    {
        var open = clusters.ToList();
        var left = new LinkedList<Candidate>(FastestFirst(unassigned));
        var additions = ImmutableArray.CreateBuilder<(Candidate, ClusterId)>();

        Fill(options.SizeBest);
        if (left.Count < options.SizeMin)
        {
            Fill(options.SizeMax);
        }

        return new(additions.ToImmutable(), Form(left, options));

        void Fill(int sizeMax)
        {
            var small = new SortedSet<OpenCluster>(open.Where(c => c.Size < sizeMax), s_mostHelpedFirst);
            open.RemoveAll(c => c.Size < sizeMax);
            while (left.Count > 0 && small.Min is { } cluster)
            {
                additions.Add((TakeFastest(left), cluster.Cluster));
                small.Remove(cluster);
                var filled = cluster with { Size = cluster.Size + 1 };
                if (filled.Size < sizeMax)
                {
                    small.Add(filled);
                }
                else
                {
                    open.Add(filled);
                }
            }

            open.AddRange(small);
        }
    }

    /// <summary>The neighbour with which a cluster below the least size is best repaired, or null when there is none.</summary>
    public static ClusterId? Neighbour(OpenCluster small, IEnumerable<OpenCluster> others, ClusteringOptions options) => others
        .Where(other => other.Cluster != small.Cluster)
        .OrderBy(other => Sizes(small.Size + other.Size, Count(small.Size + other.Size, options)).Sum(size => Math.Abs(size - options.SizeBest)))
        .ThenBy(static other => other.Cluster.ToString(), StringComparer.Ordinal)
        .FirstOrDefault()?.Cluster;

    /// <summary>Who moves to repair a small cluster: all of it to the neighbour when both fit one cluster, else some of the neighbour,
    /// slowest and fastest in turn, never its leader.</summary>
    /// <returns>Nodes that leave their cluster for the other one of the two.</returns>
    public static ImmutableArray<NodeId> Repair(IReadOnlyCollection<Candidate> small, IReadOnlyCollection<Candidate> neighbour, NodeId? neighbourLeader, ClusteringOptions options)
    {
        int nodes = small.Count + neighbour.Count;
        if (Count(nodes, options) <= 1)
        {
            return [.. FastestFirst(small).Select(static c => c.Node)];
        }

        var left = new LinkedList<Candidate>(FastestFirst(neighbour.Where(c => c.Node != neighbourLeader)));
        var moving = ImmutableArray.CreateBuilder<NodeId>();
        for (bool fastest = false; small.Count + moving.Count < nodes / 2; fastest = !fastest)
        {
            moving.Add((fastest ? TakeFastest(left) : TakeSlowest(left)).Node);
        }

        return moving.ToImmutable();
    }

    /// <summary>Sizes of <paramref name="count"/> clusters, within one of each other.</summary>
    private static IEnumerable<int> Sizes(int nodes, int count) =>
        Enumerable.Range(0, count).Select(i => nodes / count + (i < nodes % count ? 1 : 0));

    private static IOrderedEnumerable<Candidate> FastestFirst(IEnumerable<Candidate> nodes) => nodes
        .OrderBy(static c => c.DutyCycle.Period)
        .ThenBy(static c => c.LastConnection)
        .ThenBy(static c => c.Node.ToString(), StringComparer.Ordinal);

    private static Candidate TakeFastest(LinkedList<Candidate> left)
    {
        var node = left.First!.Value;
        left.RemoveFirst();
        return node;
    }

    private static Candidate TakeSlowest(LinkedList<Candidate> left)
    {
        var node = left.Last!.Value;
        left.RemoveLast();
        return node;
    }
}
