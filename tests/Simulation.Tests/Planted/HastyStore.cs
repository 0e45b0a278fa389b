using Fog.Engine.Storage;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: it acknowledges commits that it has not synced yet; a loss of power takes them away.</summary>
internal sealed class HastyStore : IRecordStore
{
    /// <summary>It syncs after so many commits.</summary>
    private const int CommitsPerSync = 16;

    private Dictionary<RecordKey, StoredRecord> _records = [];
    private Dictionary<RecordKey, StoredRecord> _synced = [];
    private long _lastVersion;
    private int _unsynced;

    public StoredRecord? Read(RecordKey key) => _records.TryGetValue(key, out var record) ? record : null;

    public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => [.. _records
        .Where(entry => entry.Key.Kind == kind)
        .OrderBy(static entry => entry.Key.Grain, StringComparer.Ordinal)
        .ThenBy(static entry => entry.Key.Name, StringComparer.Ordinal)];

    public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => [.. _records];

    public void Commit(IReadOnlyList<RecordWrite> batch)
    {
        foreach (var write in batch)
        {
            var stored = Read(write.Key)?.Version;
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

        if (++_unsynced == CommitsPerSync)
        {
            Sync();
        }
    }

    public void LosePower()
    {
        _records = new(_synced);
        _unsynced = 0;
    }

    public void Dispose()
    {
    }

    private void Sync()
    {
        _synced = new(_records);
        _unsynced = 0;
    }
}
