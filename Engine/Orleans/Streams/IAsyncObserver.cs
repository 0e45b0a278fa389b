namespace Orleans.Streams;

/// <summary>Takes items one by one: each in a turn of its own, the next when the task of the one before has completed.</summary>
public interface IAsyncObserver<in T>
{
    Task OnCompletedAsync();

    /// <summary>An item was passed over: it failed for longer than a stream waits, or too many had gathered.</summary>
    Task OnErrorAsync(Exception ex);

    /// <summary>If it fails, the item comes again after a pause.</summary>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);
}

/// <summary>Takes all items that have gathered meanwhile at once, in order.</summary>
public interface IAsyncBatchObserver<T>
{
    Task OnCompletedAsync();

    /// <inheritdoc cref="IAsyncObserver{T}.OnErrorAsync"/>
    Task OnErrorAsync(Exception ex);

    /// <summary>If it fails, the same items come again after a pause.</summary>
    Task OnNextAsync(IList<SequentialItem<T>> items);
}

public class SequentialItem<T>(T item, StreamSequenceToken token)
{
    public T Item { get; } = item;

    public StreamSequenceToken Token { get; } = token;
}

/// <summary>Place of an item in its stream. Later items have greater ones; an item that comes again has the same.</summary>
public abstract class StreamSequenceToken : IEquatable<StreamSequenceToken?>, IComparable<StreamSequenceToken?>
{
    public abstract int EventIndex { get; protected set; }

    public abstract long SequenceNumber { get; protected set; }

    public abstract int CompareTo(StreamSequenceToken? other);

    public abstract bool Equals(StreamSequenceToken? other);
}
