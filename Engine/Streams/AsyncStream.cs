using System.Text.Json;
using Fog.Engine.Runtime;
using Fog.Engine.Storage;
using Orleans.Streams;

namespace Fog.Engine.Streams;

internal sealed class StreamProvider(Activation grain, string name) : IStreamProvider
{
    public bool IsRewindable => false;

    public string Name => name;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new AsyncStream<T>(grain, name, streamId);
}

/// <summary>A stream as one activation sees it.</summary>
internal sealed class AsyncStream<T>(Activation grain, string provider, StreamId id) : IAsyncStream<T>
{
    private readonly StreamLog _log = grain.Engine.Streams.Log(provider, id);

    public bool IsRewindable => false;

    public string ProviderName => provider;

    public StreamId StreamId => id;

    /// <exception cref="ArgumentException">The item's JSON has more than <see cref="EngineLimits.StreamItemBytesMax"/> bytes.</exception>
    public Task OnNextAsync(T item, StreamSequenceToken? token = null)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(item, StateJson.Options);
        return body.Length <= EngineLimits.StreamItemBytesMax
            ? _log.Publish(body)
            : throw new ArgumentException($"An item for {_log} has {body.Length} bytes; at most {EngineLimits.StreamItemBytesMax} fit.", nameof(item));
    }

    public Task OnCompletedAsync() => throw new NotSupportedException("A durable stream does not end.");

    public Task OnErrorAsync(Exception ex) => throw new NotSupportedException("A durable stream carries items only.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => Subscribe(new OneByOne<T>(observer));

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => Subscribe(new Batches<T>(observer));

    public async Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
        => [.. (await _log.SubscriptionsOf(grain.GrainId.ToString())).Select(subscription => new Handle(this, subscription.Id))];

    private async Task<StreamSubscriptionHandle<T>> Subscribe(StreamObserver observer)
    {
        var subscription = grain.Engine.Streams.NewSubscription(grain);
        grain.Observe(subscription.Id, observer); // First: items may come as soon as it is stored.
        try
        {
            await _log.Subscribe(subscription);
        }
        catch
        {
            grain.Observe(subscription.Id, null);
            throw;
        }

        return new Handle(this, subscription.Id);
    }

    private sealed class Handle(AsyncStream<T> stream, Guid id) : StreamSubscriptionHandle<T>
    {
        private bool _used;

        public override Guid HandleId => id;

        public override string ProviderName => stream.ProviderName;

        public override StreamId StreamId => stream.StreamId;

        public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == id;

        public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

        public override int GetHashCode() => id.GetHashCode();

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
            => Resume(new OneByOne<T>(observer), token);

        public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
            => Resume(new Batches<T>(observer), token);

        public override Task UnsubscribeAsync()
        {
            Use();
            stream.Grain.Observe(id, null);
            return stream._log.Unsubscribe(id);
        }

        private Task<StreamSubscriptionHandle<T>> Resume(StreamObserver observer, StreamSequenceToken? token)
        {
            if (token is not null)
            {
                throw new ArgumentNullException(nameof(token), "Passing a non-null token to a non-rewindable IAsyncObservable.");
            }

            Use();
            stream.Grain.Observe(id, observer);
            return Task.FromResult<StreamSubscriptionHandle<T>>(new Handle(stream, id));
        }

        private void Use()
        {
            if (_used)
            {
                throw new InvalidOperationException("Handle is no longer valid. It has been used to unsubscribe or resume.");
            }

            _used = true;
        }
    }

    private Activation Grain => grain;
}
