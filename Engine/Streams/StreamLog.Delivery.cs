using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace Fog.Engine.Streams;

/// <summary>Each subscription has a pump that hands it what has gathered, waits until that is taken, and goes on.</summary>
internal sealed partial class StreamLog
{
    private async void Pump(StreamSubscription subscription)
    {
        if (subscription.IsPumping || subscription.Grain is null)
        {
            return;
        }

        subscription.IsPumping = true;
        var pause = EngineLimits.StreamRetryPauseMin;
        DateTimeOffset? failingSince = null;
        while (!_stopped && !subscription.HasEnded)
        {
            if (subscription.HasMissed)
            {
                subscription.HasMissed = false;
                await TellOf(subscription, new QueueCacheMissException($"More than {EngineLimits.StreamItemsMax} items of {this} had gathered; the oldest were dropped."));
                continue;
            }

            var items = Due(subscription);
            if (items.Count == 0)
            {
                break;
            }

            var taken = 0;
            var call = new StreamCall(subscription.Id, observer => observer.Next(items, count => Volatile.Write(ref taken, count)));
            var failure = await Say(subscription, call);
            if (call.FoundNobody)
            {
                Logger.LogWarning("{Count} items of {Stream} found {Grain} without an observer: it must resume its subscriptions when it activates.", items.Count, this, subscription.Subscriber);
                taken = items.Count;
            }

            if (Volatile.Read(ref taken) is var count && count > 0)
            {
                MoveTo(subscription, items[count - 1]);
                failingSince = null;
                pause = EngineLimits.StreamRetryPauseMin;
            }

            if (failure is null || _stopped)
            {
                continue;
            }

            var now = engine.Time.GetUtcNow();
            failingSince ??= now;
            if (now - failingSince < EngineLimits.StreamDeliveryTimeMax)
            {
                await Task.Delay(pause, engine.Time);
                pause = pause * 2 < EngineLimits.StreamRetryPauseMax ? pause * 2 : EngineLimits.StreamRetryPauseMax;
                continue;
            }

            Logger.LogWarning(failure, "An item of {Stream} is passed over: {Grain} has failed to take it for {Time}.", this, subscription.Subscriber, EngineLimits.StreamDeliveryTimeMax);
            MoveTo(subscription, items[count]);
            failingSince = null;
            await TellOf(subscription, new StreamEventDeliveryFailureException($"An item of {this} could not be taken: {failure.Message}", failure));
        }

        subscription.IsPumping = false;
    }

    /// <summary>The durable items that it has not taken, oldest first.</summary>
    private List<StreamItem> Due(StreamSubscription subscription)
        => [.. _items
            .SkipWhile(item => item.Sequence <= subscription.Cursor)
            .TakeWhile(static item => item.Version is not null)
            .Take(EngineLimits.StreamBatchMax)];

    private async Task TellOf(StreamSubscription subscription, Exception error)
    {
        if (await Say(subscription, new StreamCall(subscription.Id, observer => observer.Error(error))) is { } failure)
        {
            Logger.LogWarning(failure, "{Grain} could not be told of a failure of {Stream}: {Error}", subscription.Subscriber, this, error.Message);
        }
    }

    private Task<Exception?> Say(StreamSubscription subscription, StreamCall call)
    {
        engine.Pending.Register(call);
        call.SentTo(subscription.Grain!);
        subscription.Grain!.Send(call);
        return call.Outcome;
    }

    private void MoveTo(StreamSubscription subscription, StreamItem item)
    {
        subscription.Cursor = Math.Max(subscription.Cursor, item.Sequence);
        if (subscription.Saving.IsCompleted)
        {
            subscription.Saving = SaveCursor(subscription);
        }
    }

    /// <summary>Deliveries do not wait for it: what is delivered meanwhile goes into the next write.</summary>
    private async Task SaveCursor(StreamSubscription subscription)
    {
        try
        {
            while (subscription.StoredCursor < subscription.Cursor && !subscription.HasEnded)
            {
                var cursor = subscription.Cursor;
                await Write(subscription.Write(name), subscription);
                subscription.StoredCursor = cursor;
                Trim();
            }
        }
        catch (Exception e)
        {
            // Its items would only come again after a restart; the next delivery tries anew, over whatever is stored by now.
            Logger.LogWarning(e, "How far {Grain} has read {Stream} could not be stored.", subscription.Subscriber, this);
            subscription.Version = _stopped ? subscription.Version : engine.Store.Read(subscription.KeyIn(name))?.Version;
        }
    }
}
