using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Fog.Grains.Interfaces.Events;
using Orleans;

namespace Fog.Silo.Gateway.Events;

/// <summary>One follower of a site's journal: its observer only rings, and the entries are read; so a slow follower costs nobody else anything.</summary>
internal sealed class SiteEvents : IJournalObserver
{
    public const string EventType = "event";

    /// <summary>Without data; says only that the silo lives.</summary>
    public const string SilenceType = "silence";

    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly IGrainFactory _grains;
    private readonly IJournalGrain _journal;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _siloStops;
    private readonly IJournalObserver _reference;
    private long _after;

    public SiteEvents(IGrainFactory grains, IJournalGrain journal, long after, TimeProvider clock, CancellationToken siloStops)
    {
        _grains = grains;
        _journal = journal;
        _after = after;
        _clock = clock;
        _siloStops = siloStops;
        _reference = grains.CreateObjectReference<IJournalObserver>(this);
    }

    public void Grew() => _rings.Writer.TryWrite(true);

    public Task Watch(CancellationToken cancel) => _journal.Watch(_reference).WaitAsync(cancel);

    public async IAsyncEnumerable<SseItem<string>> Read([EnumeratorCancellation] CancellationToken callerLeft)
    {
        // A stopping silo ends its streams: their readers find it again, or another one.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(callerLeft, _siloStops);
        var cancel = either.Token;
        try
        {
            while (true)
            {
                foreach (var entry in await _journal.Read(_after).WaitAsync(cancel))
                {
                    _after = entry.Number;
                    yield return new SseItem<string>(JsonSerializer.Serialize(EventReply.Of(entry), GatewayJson.Options), EventType)
                    {
                        EventId = entry.Number.ToString(CultureInfo.InvariantCulture),
                    };
                }

                if (!await Ring(cancel))
                {
                    await Watch(cancel); // An activation that went away has forgotten it.
                    yield return new SseItem<string>("", SilenceType);
                }
            }
        }
        finally
        {
            // Best effort: a journal takes few watchers, and forgets them with its activation.
            await _journal.Unwatch(_reference).WaitAsync(TimeSpan.FromSeconds(1), _clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _grains.DeleteObjectReference<IJournalObserver>(_reference);

            // The engine holds observers weakly; this object must live as long as it reads.
            GC.KeepAlive(this);
        }
    }

    /// <returns>False: nothing happened for a while.</returns>
    private async Task<bool> Ring(CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var rung = _rings.Reader.ReadAsync(silence.Token).AsTask();
        try
        {
            return await rung.WaitAsync(GatewayLimits.EventSilence, _clock, cancel);
        }
        catch (TimeoutException)
        {
            await silence.CancelAsync(); // Else the abandoned read would take the next ring.
            await ((Task)rung).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return rung.IsCompletedSuccessfully;
        }
    }
}
