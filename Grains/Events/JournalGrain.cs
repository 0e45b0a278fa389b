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
        var known = entries.Select(static entry => entry.Token).ToHashSet();
        var news = items.Where(item => !known.Contains(item.Token.SequenceNumber)).Select((item, i) => new JournalEntry(last + 1 + i, item.Token.SequenceNumber, item.Item));
        var all = entries.AddRange(news);
        if (all.Length > entries.Length)
        {
            _state.Value = _state.Value with { Entries = all.RemoveRange(0, Math.Max(0, all.Length - GrainLimits.EventsKeptMax)) };
        }

        await _state.Save();
        foreach (var watcher in _watchers)
        {
            watcher.Grew();
        }
    }
}
