namespace Fog.Engine.Tests.Storage.PowerLoss;

/// <summary>What SQLite did to the files of one folder, and what the test was told meanwhile, in order.</summary>
internal sealed class DiskTrace
{
    private readonly Lock _lock = new();
    private readonly List<DiskEvent> _events = [];

    internal IReadOnlyList<DiskEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Writes are refused, as by a disk that has no space left.</summary>
    internal bool IsFull { get; set; }

    internal void Add(DiskEvent happened)
    {
        lock (_lock)
        {
            _events.Add(happened);
        }
    }
}

internal abstract record DiskEvent;

/// <summary>A file was opened that was not there.</summary>
internal sealed record Created(string File) : DiskEvent;

internal sealed record Wrote(string File, long Offset, byte[] Bytes) : DiskEvent;

internal sealed record Truncated(string File, long Length) : DiskEvent;

/// <summary>Everything written to the file before is durable.</summary>
internal sealed record Synced(string File) : DiskEvent;

internal sealed record Deleted(string File) : DiskEvent;

/// <summary>Which files there are is durable.</summary>
internal sealed record FolderSynced : DiskEvent;

/// <summary>A transaction was handed to the store.</summary>
internal sealed record Began(int Transaction) : DiskEvent;

/// <summary>The writers of this transaction, and of those before it, were told that it is durable.</summary>
internal sealed record Acknowledged(int Transaction) : DiskEvent;

/// <summary>The store's lock file was marked, or its mark removed.</summary>
internal sealed record Marked(bool InUse) : DiskEvent;
