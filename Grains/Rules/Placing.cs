using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Rules;

/// <summary>A fog host and how many invocations it had when it last took one.</summary>
public sealed record HostLoad(HostId Host, int Jobs);

/// <summary>In which order clusters and hosts are offered an invocation. Each decides for itself whether it can take it.</summary>
public static class Placing
{
    /// <summary>Clusters with enough live members, least open votes a member first, then the shortest period.</summary>
    public static IEnumerable<ClusterId> Clusters(IEnumerable<ClusterSummary> clusters, int replicas) => clusters
        .Where(c => c.LiveMembers >= replicas)
        .OrderBy(static c => (double)c.OpenVotes / c.LiveMembers)
        .ThenBy(static c => c.ShortestPeriod)
        .ThenBy(static c => c.Cluster.ToString(), StringComparer.Ordinal)
        .Select(static c => c.Cluster);

    public static IEnumerable<HostId> Hosts(IEnumerable<HostLoad> hosts) => hosts
        .OrderBy(static h => h.Jobs)
        .ThenBy(static h => h.Host.ToString(), StringComparer.Ordinal)
        .Select(static h => h.Host);
}
