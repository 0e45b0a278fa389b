using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.State;
using Orleans.Streams;

namespace Fog.Grains.Events;

/// <summary>Keeps the latest events of a site, for whoever looks later.</summary>
/// <remarks>An event is acknowledged to the stream when it is durable here, so it may come twice, and is recognised.</remarks>
public sealed class JournalGrain : Grain, IJournalGrain
{
    private readonly Durable<JournalState> _state;
    private readonly HashSet<IJournalObserver> _watchers = [];

    public JournalGrain([PersistentState("journal")] IPersistentState<JournalState> storage) => _state = new(storage, DeactivateOnIdle);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var stream = SiteStream.Of(this, this.GetPrimaryKeyString());
        var subscriptions = await stream.GetAllSubscriptionHandles();
        if (subscriptions.Count == 0)
        {
            await stream.SubscribeAsync(Append);
            return;
        }

        await subscriptions[0].ResumeAsync(Append);
        foreach (var second in subscriptions.Skip(1))
        {
            await second.UnsubscribeAsync(); // Of an activation that died between subscribing and knowing so.
        }
    }

    public Task Open() => Task.CompletedTask; // Being active is all it takes.

    public Task<ImmutableArray<JournalEntry>> Read(long after)
    {
        var entries = _state.Value.Entries;
        bool beganAnew = entries.Length > 0 && after > entries[^1].Number;
        return Task.FromResult(beganAnew ? entries : entries.RemoveAll(entry => entry.Number <= after));
    }

    public Task Watch(IJournalObserver observer)
    {
        if (_watchers.Count >= GrainLimits.WatchersMax && !_watchers.Contains(observer))
        {
            throw new FogException(FogError.LimitExceeded, $"{GrainLimits.WatchersMax} follow the events of site '{this.GetPrimaryKeyString()}' already.");
        }

        _watchers.Add(observer);
        return Task.CompletedTask;
    }

    public Task Unwatch(IJournalObserver observer)
    {
        _watchers.Remove(observer);
        return Task.CompletedTask;
    }

    private async Task Append(IList<SequentialItem<SiteEvent>> items)
    {
        var entries = _state.Value.Entries;
        long last = entries.Length > 0 ? entries[^1].Number : 0;
        List<JournalEntry> news = [];
        foreach (var item in items)
        {
            if (!IsKept(entries, item.Token.SequenceNumber))
            {
                news.Add(new(last + 1 + news.Count, item.Token.SequenceNumber, item.Item));
            }
        }

        if (news.Count > 0)
        {
            int dropped = Math.Clamp(entries.Length + news.Count - GrainLimits.EventsKeptMax, 0, entries.Length);
            _state.Value = _state.Value with { Entries = [.. entries.AsSpan()[dropped..], .. news.TakeLast(GrainLimits.EventsKeptMax)] };
        }

        await _state.Save();
        foreach (var watcher in _watchers)
        {
            watcher.Grew();
        }
    }

    /// <summary>Looked for among a few hundred, for a few: a set of them made anew for each batch would cost more.</summary>
    private static bool IsKept(ImmutableArray<JournalEntry> entries, long token)
    {
        foreach (var entry in entries)
        {
            if (entry.Token == token)
            {
                return true;
            }
        }

        return false;
    }
}
