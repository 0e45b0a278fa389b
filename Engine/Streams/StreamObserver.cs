using Orleans.Streams;

namespace Fog.Engine.Streams;

/// <summary>Who takes a subscription's items in an activation that has resumed it.</summary>
internal abstract class StreamObserver
{
    /// <param name="taken">Told how many of the items need not come again.</param>
    internal abstract Task Next(IReadOnlyList<StreamItem> items, Action<int> taken);

    internal abstract Task Error(Exception failure);
}

internal sealed class OneByOne<T>(IAsyncObserver<T> observer) : StreamObserver
{
    internal override async Task Next(IReadOnlyList<StreamItem> items, Action<int> taken)
    {
        await observer.OnNextAsync(items[0].As<T>(), new SequenceToken(items[0].Sequence));
        taken(1); // The others come in calls of their own, so that the grain's other callers get their turns between.
    }

    internal override Task Error(Exception failure) => observer.OnErrorAsync(failure);
}

internal sealed class Batches<T>(IAsyncBatchObserver<T> observer) : StreamObserver
{
    internal override async Task Next(IReadOnlyList<StreamItem> items, Action<int> taken)
    {
        await observer.OnNextAsync([.. items.Select(static item => new SequentialItem<T>(item.As<T>(), new SequenceToken(item.Sequence)))]);
        taken(items.Count);
    }

    internal override Task Error(Exception failure) => observer.OnErrorAsync(failure);
}
