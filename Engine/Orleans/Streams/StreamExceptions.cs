namespace Orleans.Streams;

/// <summary>Items are no longer there.</summary>
public class DataNotAvailableException : Runtime.OrleansException
{
    public DataNotAvailableException()
    {
    }

    public DataNotAvailableException(string message) : base(message)
    {
    }

    public DataNotAvailableException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>A subscription fell so far behind that the oldest of its items were dropped.</summary>
public sealed class QueueCacheMissException : DataNotAvailableException
{
    public QueueCacheMissException()
    {
    }

    public QueueCacheMissException(string message) : base(message)
    {
    }
}

/// <summary>An item was passed over because its subscriber kept failing.</summary>
public sealed class StreamEventDeliveryFailureException : Runtime.OrleansException
{
    public StreamEventDeliveryFailureException()
    {
    }

    public StreamEventDeliveryFailureException(string message) : base(message)
    {
    }

    public StreamEventDeliveryFailureException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
