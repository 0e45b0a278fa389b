using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fog.Grains.Interfaces.Rollouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Fog.Silo.Gateway.Rollouts;

internal static class RolloutEndpoints
{
    private const string ReleaseMediaType = "application/vnd.fog.release";

    public static void MapRollouts(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/releases", Releases);
        v1.MapPut("/releases", Add).WithMetadata(new RequestSizeLimitAttribute(ReleaseManifest.BytesMax + ReleaseManifest.ImageBytesMax));
        v1.MapGet("/rollout", (IGrainFactory grains, GatewayOptions options, CancellationToken cancel) => Reply(Grain(grains, options).Describe(), cancel));
        v1.MapPost("/rollout", Start).WithMetadata(new RequestSizeLimitAttribute(GatewayLimits.SmallBodyBytesMax));
        v1.MapPost("/rollout/pause", (IGrainFactory grains, GatewayOptions options, CancellationToken cancel) => Reply(Grain(grains, options).Pause(), cancel));
        v1.MapPost("/rollout/resume", (IGrainFactory grains, GatewayOptions options, CancellationToken cancel) => Reply(Grain(grains, options).Resume(), cancel));
        v1.MapPost("/rollout/abort", (IGrainFactory grains, GatewayOptions options, CancellationToken cancel) => Reply(Grain(grains, options).Abort(), cancel));
    }

    private static async Task<IResult> Releases(IGrainFactory grains, GatewayOptions options, CancellationToken cancel) =>
        GatewayEndpoints.Json((await Catalogue(grains, options).List().WaitAsync(cancel)).Select(ReleaseReply.Of));

    private static async Task<IResult> Add(HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        if (!string.Equals(context.Request.ContentType, ReleaseMediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException("A release expected.", StatusCodes.Status415UnsupportedMediaType);
        }

        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var file = ImmutableCollectionsMarshal.AsImmutableArray(buffer.ToArray());
        return GatewayEndpoints.Json(ReleaseReply.Of(await Catalogue(grains, options).Add(file).WaitAsync(context.RequestAborted)));
    }

    private static async Task<IResult> Start(HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        var body = await GatewayJson.Read<RolloutBody>(context);
        var policy = new RolloutPolicy([.. body.StagesPermille], body.SuccessPermille, body.PauseOn, body.MissedWakesMax ?? RolloutBody.MissedWakesDefault);
        return await Reply(Grain(grains, options).Start(body.Release, policy), context.RequestAborted);
    }

    private static async Task<IResult> Reply(Task<RolloutView> view, CancellationToken cancel) => GatewayEndpoints.Json(RolloutReply.Of(await view.WaitAsync(cancel)));

    private static IRolloutGrain Grain(IGrainFactory grains, GatewayOptions options) => grains.GetGrain<IRolloutGrain>(options.Site);

    private static IReleaseCatalogueGrain Catalogue(IGrainFactory grains, GatewayOptions options) => grains.GetGrain<IReleaseCatalogueGrain>(options.Site);
}

/// <param name="StagesPermille">Growing shares of the devices in ‰.</param>
/// <param name="SuccessPermille">Of the devices reached, how many must confirm.</param>
/// <param name="PauseOn">Failures at which it pauses.</param>
/// <param name="MissedWakesMax">Default 3.</param>
public sealed record RolloutBody(string Release, IReadOnlyList<int> StagesPermille, int SuccessPermille, int PauseOn, int? MissedWakesMax = null)
{
    internal const int MissedWakesDefault = 3;
}

/// <param name="Id">SHA-256 of what is signed.</param>
public sealed record ReleaseReply(string Name, string Id, string Board, string Version, string MinimumVersion, int SizeBytes, string KeyId, DateTimeOffset AddedAt)
{
    public static ReleaseReply Of(ReleaseView view) =>
        new(view.Name, view.Release.Hex, view.Board, view.Version, view.MinimumVersion, view.SizeBytes, view.KeyId, view.AddedAt);
}

/// <param name="Stage">From 1.</param>
/// <param name="Halt">Why it does not run; null while it does, and when it has completed.</param>
/// <param name="Quota">Devices that the present stage may reach.</param>
public sealed record RolloutReply(
    string Release,
    RolloutPhase Phase,
    RolloutHalt? Halt,
    int Stage,
    IReadOnlyList<int> StagesPermille,
    int SuccessPermille,
    int PauseOn,
    int MissedWakesMax,
    int Attempt,
    DateTimeOffset StartedAt,
    int Devices,
    int Quota,
    int Reached,
    int UnderWay,
    int Confirmed,
    int Failed,
    int Missing,
    int NotEligible,
    long SentBytes,
    IReadOnlyList<RolloutFailureReply> Failures)
{
    public static RolloutReply Of(RolloutView view) => new(
        view.Release,
        view.Phase,
        view.Halt == RolloutHalt.None ? null : view.Halt,
        view.Stage + 1,
        view.Policy.Stages,
        view.Policy.SuccessPermille,
        view.Policy.PauseOn,
        view.Policy.MissedWakesMax,
        view.Attempt,
        view.StartedAt,
        view.Devices,
        view.Quota,
        view.Reached,
        view.UnderWay,
        view.Confirmed,
        view.Failed,
        view.Missing,
        view.NotEligible,
        view.SentBytes,
        [.. view.Failures.Select(static f => new RolloutFailureReply(f.Device, f.Fault, f.Attempt))]);
}

public sealed record RolloutFailureReply(string Device, UpdateFault Fault, int Attempt);
