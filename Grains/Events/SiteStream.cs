using Fog.Grains.Interfaces.Events;
using Orleans.Streams;

namespace Fog.Grains.Events;

/// <summary>The stream of a site's events.</summary>
public static class SiteStream
{
    /// <summary>Name of the stream provider that a host gives the grains.</summary>
    public const string Provider = "events";

    private const string Namespace = "site";

    internal static IAsyncStream<SiteEvent> Of(Grain grain, string site) =>
        grain.GetStreamProvider(Provider).GetStream<SiteEvent>(StreamId.Create(Namespace, site));
}
