namespace Orleans.Streams;

/// <summary>Hands out streams. A stream costs nothing until somebody subscribes to it.</summary>
public interface IStreamProvider
{
    /// <summary>Whether a subscriber may ask for items from before it subscribed.</summary>
    bool IsRewindable { get; }

    string Name { get; }

    IAsyncStream<T> GetStream<T>(Runtime.StreamId streamId);
}

public interface IAsyncStream
{
    bool IsRewindable { get; }

    string ProviderName { get; }

    Runtime.StreamId StreamId { get; }
}

/// <summary>A sequence of items: whoever publishes one returns when it is kept for every subscription, and each subscription
/// gets all of them in order, at least once.</summary>
public interface IAsyncStream<T> : IAsyncStream, IAsyncObservable<T>, IAsyncBatchObservable<T>, IAsyncObserver<T>
{
    /// <summary>The calling grain's subscriptions. After every activation it resumes each of them, best in OnActivateAsync.</summary>
    Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles();
}

public interface IAsyncObservable<T>
{
    /// <summary>Subscribes the calling grain, durably: from now on items activate it. Each call makes another subscription.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer);
}

public interface IAsyncBatchObservable<T>
{
    /// <inheritdoc cref="IAsyncObservable{T}.SubscribeAsync(IAsyncObserver{T})"/>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer);
}

/// <summary>One subscription of one grain, good until it is resumed or ended.</summary>
public abstract class StreamSubscriptionHandle<T> : IEquatable<StreamSubscriptionHandle<T>?>
{
    public abstract Guid HandleId { get; }

    public abstract string ProviderName { get; }

    public abstract Runtime.StreamId StreamId { get; }

    public abstract bool Equals(StreamSubscriptionHandle<T>? other);

    /// <summary>Has this activation take the subscription's items, from the first that is not known to have been taken.</summary>
    /// <param name="observer">Who takes them.</param>
    /// <param name="token">Null: the embedded engine's streams cannot be rewound.</param>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);

    /// <inheritdoc cref="ResumeAsync(IAsyncObserver{T}, StreamSequenceToken?)"/>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null);

    public abstract Task UnsubscribeAsync();
}
