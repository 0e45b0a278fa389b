namespace Fog.Engine.Storage;

/// <summary>Keeps records for as long as it is kept itself: hand it to the next engine to see a restart.</summary>
public sealed class MemoryRecordStore : IRecordStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RecordKey, StoredRecord> _records = [];
    private long _lastVersion;

    public StoredRecord? Read(RecordKey key)
    {
        lock (_lock)
        {
            return _records.TryGetValue(key, out var record) ? record : null;
        }
    }

    public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind)
    {
        lock (_lock)
        {
            return [.. _records
                .Where(entry => entry.Key.Kind == kind)
                .OrderBy(static entry => entry.Key.Grain, StringComparer.Ordinal)
                .ThenBy(static entry => entry.Key.Name, StringComparer.Ordinal)];
        }
    }

    public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot()
    {
        lock (_lock)
        {
            return [.. _records];
        }
    }

    public void Commit(IReadOnlyList<RecordWrite> batch)
    {
        lock (_lock)
        {
            foreach (var write in batch)
            {
                long? stored = _records.TryGetValue(write.Key, out var record) ? record.Version : null;
                write.IsConflict = !write.Expects(stored);
                if (write.IsConflict)
                {
                    write.Version = stored;
                }
                else if (write.Body is null)
                {
                    _records.Remove(write.Key);
                    write.Version = null;
                }
                else
                {
                    write.Version = ++_lastVersion;
                    _records[write.Key] = new StoredRecord(_lastVersion, write.Format, write.Body);
                }
            }
        }
    }

    public void Dispose()
    {
    }
}
