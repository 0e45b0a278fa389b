namespace Fog.DeviceProxy.Proxy;

/// <summary>Why a message went no further. Each is counted; none is answered.</summary>
public enum Drop
{
    None = 0,

    // Of what came from the broker
    /// <summary>Not a device's topic of a site served here.</summary>
    ForeignTopic,
    /// <summary>Shorter than an empty message or longer than the longest.</summary>
    WrongSize,
    UnknownVersion,
    UnknownType,
    /// <summary>The tag was right, the body was not; or a <c>hello</c> that cannot be read.</summary>
    Malformed,
    /// <summary>The device has no session here.</summary>
    NoSession,
    /// <summary>No live session's key made this tag.</summary>
    WrongTag,
    /// <summary>The sequence number was seen before.</summary>
    Replayed,
    /// <summary>The sequence number lies 64 or more below the highest seen.</summary>
    OutOfWindow,
    /// <summary>A <c>hello</c> with the nonce of a live session.</summary>
    ReplayedHello,
    /// <summary>A chunk that nobody asked for.</summary>
    UnwantedChunk,
    /// <summary>A need that begins behind the end of its blob.</summary>
    NeedBeyondEnd,

    // hello, by the node grain's word
    UnknownDevice,
    WrongHelloTag,
    StaleEpoch,

    // Limits
    /// <summary>One device's queue is full.</summary>
    QueueFull,
    /// <summary>The queues of all devices together are full.</summary>
    QueuesFull,
    /// <summary>Every place in the table is taken by a device that is being served.</summary>
    TableFull,

    // Of what came from the fog
    /// <summary>The session of that epoch is over; the mailbox still holds the mail.</summary>
    SessionOver,
    /// <summary>No connection to the broker, or it ended meanwhile.</summary>
    BrokerGone,
    /// <summary>A grain call, or the proxy's own code, failed; the log says how.</summary>
    Failed,
}
