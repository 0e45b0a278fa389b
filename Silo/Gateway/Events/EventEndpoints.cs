using System.Globalization;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Fog.Silo.Gateway.Events;

internal static class EventEndpoints
{
    /// <summary>What a browser sends when it opens a stream again.</summary>
    private const string LastSeen = "Last-Event-ID";

    public static void MapEvents(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/events", List);
        v1.MapGet("/events/stream", Follow);
    }

    private static async Task<IResult> List(string? after, IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var entries = await Journal(grains, options).Read(Number(after)).WaitAsync(cancel);
        return GatewayEndpoints.Json(entries.Select(EventReply.Of));
    }

    private static async Task<IResult> Follow(
        string? after, HttpContext context, IGrainFactory grains, GatewayOptions options, TimeProvider clock, IHostApplicationLifetime silo, CancellationToken cancel)
    {
        string? last = context.Request.Headers[LastSeen];
        var events = new SiteEvents(grains, Journal(grains, options), Number(last ?? after), clock, silo.ApplicationStopping);

        // Too many followers must be a problem with its status, so it watches before the stream begins.
        await events.Watch(cancel);
        return TypedResults.ServerSentEvents(events.Read(cancel));
    }

    private static IJournalGrain Journal(IGrainFactory grains, GatewayOptions options) => grains.GetGrain<IJournalGrain>(options.Site);

    /// <exception cref="FogException"><see cref="FogError.InvalidRequest"/>.</exception>
    private static long Number(string? after) =>
        after is null ? 0
        : long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw new FogException(FogError.InvalidRequest, "'after' is the number of an event: use 0 or more, without a sign.");
}
