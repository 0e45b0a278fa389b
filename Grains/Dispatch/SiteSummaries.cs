using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Dispatch;

/// <summary>What the clusters of a site last said of themselves, and the sums over all of them: a site has tens of thousands.</summary>
internal sealed class SiteSummaries
{
    private readonly Dictionary<ClusterId, ClusterSummary> _byCluster = [];

    public IReadOnlyCollection<ClusterSummary> All => _byCluster.Values;

    public int Members { get; private set; }

    public int LateMembers { get; private set; }

    public ClusterSummary? Find(ClusterId cluster) => _byCluster.GetValueOrDefault(cluster);

    public void Put(ClusterSummary summary)
    {
        Remove(summary.Cluster);
        _byCluster.Add(summary.Cluster, summary);
        Members += summary.Members;
        LateMembers += summary.LateMembers;
    }

    public void Remove(ClusterId cluster)
    {
        if (_byCluster.Remove(cluster, out var known))
        {
            Members -= known.Members;
            LateMembers -= known.LateMembers;
        }
    }
}
