using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Rules;

/// <summary>A fog host and how many invocations it had when it last took one.</summary>
public sealed record HostLoad(HostId Host, int Jobs);

/// <summary>In which order clusters and hosts are offered an invocation. Each decides for itself whether it can take it.</summary>
public static class Placing
{
    /// <summary>Clusters with enough live members, least open votes a member first, then the shortest period, then by name.</summary>
    /// <param name="countMax">So many at most: one pass over them all, and no more.</param>
    public static IReadOnlyList<ClusterId> Clusters(IEnumerable<ClusterSummary> clusters, int replicas, int countMax)
    {
        var best = new List<ClusterSummary>(countMax + 1);
        foreach (var cluster in clusters)
        {
            if (cluster.LiveMembers < replicas || (best.Count == countMax && Compare(cluster, best[^1]) >= 0))
            {
                continue;
            }

            int place = best.BinarySearch(cluster, Comparer<ClusterSummary>.Create(Compare));
            best.Insert(place < 0 ? ~place : place, cluster);
            if (best.Count > countMax)
            {
                best.RemoveAt(countMax);
            }
        }

        return [.. best.Select(static c => c.Cluster)];
    }

    public static IEnumerable<HostId> Hosts(IEnumerable<HostLoad> hosts) => hosts
        .OrderBy(static h => h.Jobs)
        .ThenBy(static h => h.Host.ToString(), StringComparer.Ordinal)
        .Select(static h => h.Host);

    private static int Compare(ClusterSummary a, ClusterSummary b)
    {
        int order = ((double)a.OpenVotes / a.LiveMembers).CompareTo((double)b.OpenVotes / b.LiveMembers);
        order = order != 0 ? order : a.ShortestPeriod.CompareTo(b.ShortestPeriod);
        return order != 0 ? order : string.CompareOrdinal(a.Cluster.Name, b.Cluster.Name);
    }
}
