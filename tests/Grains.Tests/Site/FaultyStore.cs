using Fog.Engine.Storage;

namespace Fog.Grains.Tests.Site;

/// <summary>A store that counts writes by record, and dies when it is told to.</summary>
internal sealed class FaultyStore : IRecordStore
{
    private readonly MemoryRecordStore _inner = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _writes = [];
    private int _commitsLeft = int.MaxValue;
    private int _untilDenied = int.MaxValue;

    /// <summary>It has failed since it was last healed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The next commit whose first record is of such a grain is durable, and reported as failed.</summary>
    public string? DenyNextOf { get; set; }

    /// <summary>Called with the commit that is under way, before anybody is told of it.</summary>
    public Action<IReadOnlyList<RecordWrite>>? Committing { get; set; }

    public void DieAfter(int commits) => _commitsLeft = commits;

    /// <summary>One commit, after so many others, is durable, and reported as failed.</summary>
    public void DenyAfter(int commits) => _untilDenied = commits;

    public void Heal()
    {
        _commitsLeft = int.MaxValue;
        _untilDenied = int.MaxValue;
        HasFailed = false;
    }

    /// <summary>Writes of all records whose grain's id begins so.</summary>
    public int Writes(string grainPrefix)
    {
        lock (_lock)
        {
            return _writes.Where(w => w.Key.StartsWith(grainPrefix, StringComparison.Ordinal)).Sum(static w => w.Value);
        }
    }

    public StoredRecord? Read(RecordKey key) => _inner.Read(key);

    public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => _inner.ReadAll(kind);

    public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => _inner.Snapshot();

    public void Commit(IReadOnlyList<RecordWrite> batch)
    {
        if (--_commitsLeft < 0)
        {
            HasFailed = true;
            throw new StoreUnavailableException("The disk is gone.");
        }

        lock (_lock)
        {
            foreach (var write in batch)
            {
                _writes[write.Key.Grain] = _writes.GetValueOrDefault(write.Key.Grain) + 1;
            }
        }

        _inner.Commit(batch);
        Committing?.Invoke(batch);
        if (--_untilDenied == -1)
        {
            HasFailed = true;
            throw new StoreUnavailableException("The disk answered with an error.");
        }

        if (DenyNextOf is { } prefix && batch[0].Key.Grain.StartsWith(prefix, StringComparison.Ordinal))
        {
            DenyNextOf = null;
            throw new StoreUnavailableException("The disk answered with an error.");
        }
    }

    public void Dispose() => _inner.Dispose();
}
