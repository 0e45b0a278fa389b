using Fog.Grains.Interfaces.Dispatch;
using Fog.Silo.Gateway.Backups;
using Fog.Silo.Gateway.Callers;
using Fog.Silo.Gateway.Clusters;
using Fog.Silo.Gateway.Devices;
using Fog.Silo.Gateway.Events;
using Fog.Silo.Gateway.Functions;
using Fog.Silo.Gateway.Invocations;
using Fog.Silo.Gateway.Problems;
using Fog.Silo.Gateway.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Fog.Silo.Gateway;

/// <summary>The HTTP API (docs/http.md): thin endpoints over grain calls.</summary>
public static class GatewayEndpoints
{
    /// <summary>Needs an <see cref="IGrainFactory"/> and <see cref="GatewayOptions"/> among the services; serves backups if there is an <see cref="IStateBackup"/>.</summary>
    public static WebApplication MapFogGateway(this WebApplication app)
    {
        var v1 = app.MapFogHealth();
        app.UseMiddleware<CallerMiddleware>();
        v1.MapFunctions();
        v1.MapInvocations();
        v1.MapDevices();
        v1.MapClusters();
        v1.MapEvents();
        v1.MapTokens();
        v1.MapRollouts();

        // Asked for, not got: it would open the state before the host starts.
        if (app.Services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IStateBackup)))
        {
            v1.MapBackups();
        }

        return app;
    }

    /// <summary>Of the API only its health, for silos that serve no callers.</summary>
    /// <returns>The paths of version 1.</returns>
    public static RouteGroupBuilder MapFogHealth(this WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        var v1 = app.MapGroup("/v1");
        v1.MapGet("/health", Health);
        return v1;
    }

    /// <summary>Up means that the site's dispatcher answers, not only that HTTP does.</summary>
    private static async Task<IResult> Health(IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var site = await grains.GetGrain<IDispatcherGrain>(options.Site).Describe().WaitAsync(cancel);
        return Json(new HealthReply(
            "up",
            site.Site,
            site.Clusters.Length,
            site.Clusters.Sum(c => c.LiveMembers) + site.Unassigned.Length,
            [.. site.Hosts.Select(h => h.Name)]));
    }

    internal static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, GatewayJson.Options, statusCode: status);
}

/// <param name="Status">Always <c>up</c>: a silo that is not answers with a problem.</param>
/// <param name="LiveDevices">Members of clusters that take seats, and those waiting for a cluster.</param>
public sealed record HealthReply(string Status, string Site, int Clusters, int LiveDevices, IReadOnlyList<string> Hosts);
