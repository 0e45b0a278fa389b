using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Fog.Silo.Gateway.Clusters;

internal static class ClusterEndpoints
{
    public static void MapClusters(this IEndpointRouteBuilder v1) => v1.MapGet("/clusters", List);

    /// <summary>Every cluster of a site in full.</summary>
    public static Task<ClusterView[]> Describe(IGrainFactory grains, SiteView site, CancellationToken cancel) =>
        Listing.Of(site.Clusters, summary => grains.GetGrain<IClusterGrain>(summary.Cluster.ToString()).Describe(), cancel);

    private static async Task<IResult> List(IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var site = await grains.GetGrain<IDispatcherGrain>(options.Site).Describe().WaitAsync(cancel);
        var clusters = await Describe(grains, site, cancel);
        return GatewayEndpoints.Json(clusters.Select(ClusterReply.Of).OrderBy(cluster => cluster.Name, StringComparer.Ordinal));
    }
}

/// <param name="Term">Election term, from 1.</param>
public sealed record ClusterReply(string Name, uint Term, string? Leader, IReadOnlyList<string> Members, int OpenVotes)
{
    public static ClusterReply Of(ClusterView view) => new(
        view.Cluster.Name,
        view.Term,
        view.Leader?.Name,
        [.. view.Members.Select(member => member.Node.Name).Order(StringComparer.Ordinal)],
        view.OpenVotes);
}
