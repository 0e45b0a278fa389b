using Fog.Grains.Interfaces.Events;
using Microsoft.Extensions.Logging;

namespace Fog.Grains.Events;

/// <summary>Publishes one grain's events at its site's stream, in order and beside its calls: none waits for it, none fails by it.</summary>
/// <remarks>An event that waits here when its process dies is lost. It tells people; the fog decides by its grains' states.</remarks>
internal sealed class Announcer(Grain grain, ILogger logger)
{
    private readonly Queue<(string Site, SiteEvent Event)> _waiting = [];
    private bool _isPublishing;

    public void Announce(string site, SiteEvent happened)
    {
        if (_waiting.Count >= GrainLimits.EventsWaitingMax)
        {
            logger.LogWarning("{Kind} of site {Site} is not announced: {Count} events wait already.", happened.Kind, site, _waiting.Count);
            return;
        }

        _waiting.Enqueue((site, happened));
        if (!_isPublishing)
        {
            _ = Publish();
        }
    }

    private async Task Publish()
    {
        _isPublishing = true;
        while (_waiting.TryDequeue(out var next))
        {
            try
            {
                await SiteStream.Of(grain, next.Site).OnNextAsync(next.Event);
            }
            catch (Exception e)
            {
                // Whatever the stream's trouble is, it is not the grain's.
                logger.LogWarning(e, "{Kind} of site {Site} could not be announced.", next.Event.Kind, next.Site);
            }
        }

        _isPublishing = false;
    }
}
