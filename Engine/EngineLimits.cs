namespace Fog.Engine;

/// <summary>Bounds of the engine.</summary>
public static class EngineLimits
{
    /// <summary>How long OnActivateAsync may take. Orleans' default.</summary>
    public static readonly TimeSpan ActivationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long OnDeactivateAsync may take before the activation ends without it. Orleans' default.</summary>
    public static readonly TimeSpan DeactivationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Records in one commit, of any number that wait. Larger ones only make each of them wait longer.</summary>
    public const int WritesPerCommitMax = 1000;

    /// <summary>Bytes of one serialised state. SQLite reads a record whole; larger content belongs in records of its own.</summary>
    public const int RecordBytesMax = 16 * 1024 * 1024;

    /// <summary>Items that one stream keeps for its slowest subscription; beyond them the oldest are dropped, and whoever misses them is told.</summary>
    public const int StreamItemsMax = 1000;

    /// <summary>Bytes of one serialised stream item. All items kept are in memory, too: with <see cref="StreamItemsMax"/>, 16 MB a stream.</summary>
    public const int StreamItemBytesMax = 16 * 1024;

    /// <summary>Items handed to a subscriber in one call.</summary>
    public const int StreamBatchMax = 64;

    /// <summary>Subscriptions of one stream: a grain that subscribes at every activation instead of resuming is stopped here.</summary>
    public const int StreamSubscriptionsMax = 64;

    /// <summary>How long a subscriber may fail to take an item before that is passed over. Orleans' default.</summary>
    public static readonly TimeSpan StreamDeliveryTimeMax = TimeSpan.FromMinutes(1);

    /// <summary>First pause before an item that failed comes again; each further one is twice as long. Orleans' default.</summary>
    public static readonly TimeSpan StreamRetryPauseMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest of those pauses. Orleans' default.</summary>
    public static readonly TimeSpan StreamRetryPauseMax = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of a store up to which its pages are checked at every start, about a second for each 256 MiB; of a larger one only the header is.</summary>
    public const long CheckedBytesMax = 256L * 1024 * 1024;
}
