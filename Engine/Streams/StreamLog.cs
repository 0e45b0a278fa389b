using Fog.Engine.Runtime;
using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Fog.Engine.Streams;

/// <summary>One stream: its items that somebody has still to take, and its subscriptions, each of which goes at its own pace.</summary>
/// <remarks>Everything happens in its turns. How items reach a subscriber is in StreamLog.Delivery.cs.</remarks>
internal sealed partial class StreamLog(FogEngine engine, string name) : TurnQueue
{
    private readonly List<StreamItem> _items = []; // In order.
    private readonly List<StreamSubscription> _subscriptions = [];
    private long _lastSequence;
    private volatile bool _stopped;

    protected override IEngineScheduler Scheduler => engine.Scheduler;

    protected override ILogger Logger => engine.Logger;

    public override string ToString() => $"stream {name}";

    /// <summary>Takes up what is stored; before its first turn only.</summary>
    internal void Load(StreamItem item)
    {
        _items.Add(item);
        _lastSequence = item.Sequence;
    }

    /// <inheritdoc cref="Load(StreamItem)"/>
    internal void Load(StreamSubscription subscription)
    {
        _subscriptions.Add(subscription);
        _lastSequence = Math.Max(_lastSequence, subscription.Cursor);
    }

    /// <summary>Goes on where the last run ended.</summary>
    internal void Start() => Post(static self => ((StreamLog)self!).Continue(), this);

    /// <summary>Delivers no more. What is published meanwhile is kept for the next run.</summary>
    internal void Stop() => _stopped = true;

    internal Task Settle() => InTurn(static () => Task.CompletedTask);

    /// <summary>Completes when the item is durable for all subscriptions there are; without any, it goes nowhere.</summary>
    internal Task Publish(byte[] body) => InTurn(() => Append(body));

    internal Task<StreamSubscription> Subscribe(StreamSubscription subscription) => InTurn(async () =>
    {
        if (_subscriptions.Count >= EngineLimits.StreamSubscriptionsMax)
        {
            throw new OrleansException($"Stream {name} has {EngineLimits.StreamSubscriptionsMax} subscriptions already: resume those of a grain instead of subscribing it again.");
        }

        // Counted at once: what is published from now on is for it, too.
        subscription.Cursor = subscription.StoredCursor = _lastSequence;
        subscription.IsPumping = true;
        _subscriptions.Add(subscription);
        try
        {
            await Write(subscription.Write(name), subscription);
        }
        catch
        {
            Remove(subscription);
            throw;
        }

        subscription.IsPumping = false;
        Pump(subscription);
        return subscription;
    });

    internal Task Unsubscribe(Guid id) => InTurn(async () =>
    {
        if (_subscriptions.Find(s => s.Id == id) is { } subscription)
        {
            subscription.HasEnded = true;
            await subscription.Saving;
            await Write(subscription.Delete(name), subscription);
            Remove(subscription);
        }
    });

    internal Task<List<StreamSubscription>> SubscriptionsOf(string grain) => InTurn(() =>
        Task.FromResult(_subscriptions.FindAll(s => s.Subscriber == grain && !s.HasEnded)));

    protected override void AfterItem()
    {
    }

    private void Continue()
    {
        Trim();
        _subscriptions.ForEach(Pump);
    }

    private async Task<bool> Append(byte[] body)
    {
        if (_subscriptions.Count == 0)
        {
            return false;
        }

        // Never a number again that a stored cursor or a subscriber has seen, though all records of this stream were removed since.
        _lastSequence = Math.Max(_lastSequence + 1, engine.Time.GetUtcNow().UtcTicks);
        var item = new StreamItem(_lastSequence, body);
        _items.Add(item);
        var write = item.Insert(name);
        try
        {
            await engine.Commits.Write(write);
        }
        catch
        {
            _items.Remove(item);
            throw;
        }

        item.Version = write.Version;
        DropBeyondLimit();
        _subscriptions.ForEach(Pump);
        return true;
    }

    private void DropBeyondLimit()
    {
        while (_items.Count > EngineLimits.StreamItemsMax && _items[0].Version is not null)
        {
            foreach (var behind in _subscriptions.Where(s => s.Cursor < _items[0].Sequence))
            {
                behind.HasMissed = true;
            }

            Drop(1);
        }
    }

    /// <summary>Removes what every subscription has taken for good.</summary>
    private void Trim()
    {
        var taken = _subscriptions.Count == 0 ? long.MaxValue : _subscriptions.Min(static s => s.StoredCursor);
        Drop(_items.TakeWhile(item => item.Sequence <= taken && item.Version is not null).Count());
    }

    private void Drop(int count)
    {
        foreach (var item in _items.Take(count))
        {
            Forget(new RecordWrite(item.KeyIn(name), item.Version, null));
        }

        _items.RemoveRange(0, count);
    }

    /// <summary>Best effort: what stays behind is removed at the next start.</summary>
    private async void Forget(RecordWrite removal)
    {
        try
        {
            await engine.Commits.Write(removal);
        }
        catch (Exception e)
        {
            Logger.LogDebug(e, "An item of {Stream} that everybody has taken could not be removed.", this);
        }
    }

    private void Remove(StreamSubscription subscription)
    {
        subscription.HasEnded = true;
        _subscriptions.Remove(subscription);
        Trim();
    }

    private async Task Write(RecordWrite write, StreamSubscription subscription)
    {
        await engine.Commits.Write(write);
        if (write.IsConflict)
        {
            throw new OrleansException($"The subscription {subscription.Id} of {this} was changed by somebody else.");
        }

        subscription.Version = write.Version;
    }

    private Task<T> InTurn<T>(Func<Task<T>> step)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async _ =>
        {
            try
            {
                done.SetResult(await step());
            }
            catch (Exception e)
            {
                done.SetException(e); // The caller's to handle.
            }
        }, null);
        return done.Task;
    }

    private Task InTurn(Func<Task> step) => InTurn(async () =>
    {
        await step();
        return true;
    });
}
