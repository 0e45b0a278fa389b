using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.State;
using Orleans.Streams;

namespace Fog.Grains.Events;

/// <summary>Keeps the latest events of a site, for whoever looks later.</summary>
/// <remarks>An event is acknowledged, to the stream or to the call it is an effect of, when it is durable here, so it may come twice, and is recognised.</remarks>
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

    public Task Keep(SiteEvent happened) => Append([(0, happened)]);

    private Task Append(IList<SequentialItem<SiteEvent>> items) => Append(items.Select(static item => (item.Token.SequenceNumber, item.Item)));

    private async Task Append(IEnumerable<(long Token, SiteEvent Event)> items)
    {
        var entries = _state.Value.Entries;
        long last = entries.Length > 0 ? entries[^1].Number : 0;
        List<JournalEntry> news = [];
        foreach (var (token, happened) in items)
        {
            if (!IsKept(entries, token, happened))
            {
                news.Add(new(last + 1 + news.Count, token, happened));
            }
        }

        if (news.Count > 0)
        {
            _state.Value = _state.Value with { Entries = Latest([.. entries, .. news]) };
        }

        await _state.Save();
        foreach (var watcher in _watchers)
        {
            watcher.Grew();
        }
    }

    /// <summary>
    /// An event of the stream is known by its place there, an effect by its call and its place in that. Looked for among a few
    /// hundred, for a few: a set of them made anew for each batch would cost more.
    /// </summary>
    private static bool IsKept(ImmutableArray<JournalEntry> entries, long token, SiteEvent happened)
    {
        foreach (var entry in entries)
        {
            if (happened.Effect is null ? entry.Token == token : entry.Event.Effect == happened.Effect && entry.Event.Call == happened.Call)
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<JournalEntry> Latest(ImmutableArray<JournalEntry> entries)
    {
        int first = entries.Length;
        int characters = 0;
        while (first > 0 && entries.Length - first < GrainLimits.EventsKeptMax && (characters += entries[first - 1].Event.Text?.Length ?? 0) <= GrainLimits.EventTextKeptMax)
        {
            first--;
        }

        return first == 0 ? entries : entries[first..];
    }
}
