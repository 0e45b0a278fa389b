namespace Fog.Engine.Storage;

/// <summary>Durable records by key. One writer at a time; reads may come meanwhile, from any thread.</summary>
/// <exception cref="DamagedStoreException">From any member: the stored bytes make no sense.</exception>
public interface IRecordStore : IDisposable
{
    /// <summary>Null when there is none.</summary>
    StoredRecord? Read(RecordKey key);

    IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind);

    /// <summary>Every record of every kind as it stood when the enumeration began, one in memory at a time; commits go on meanwhile.
    /// What it sees is kept for it until its enumerator is disposed.</summary>
    IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot();

    /// <summary>Applies all writes whose expected version fits, in one transaction, and notes each one's outcome in it.
    /// Returns when they are durable; if it throws, none of them is.</summary>
    void Commit(IReadOnlyList<RecordWrite> batch);
}

/// <param name="Grain">The grain's id as text.</param>
/// <param name="Name">The state's or reminder's name; see <see cref="RecordKind"/> for streams and for the host.</param>
public readonly record struct RecordKey(RecordKind Kind, string Grain, string Name);

/// <param name="Version">Etag: unique among all versions of all records of the store.</param>
/// <param name="Format">How <paramref name="Body"/> is encoded, <see cref="RecordFormat"/>.</param>
public readonly record struct StoredRecord(long Version, int Format, byte[] Body)
{
    /// <param name="what">Begins the sentence of the failure.</param>
    /// <exception cref="UnreadableStateException">The body is not <see cref="RecordFormat.Json"/>.</exception>
    internal byte[] Json(string what) => Format == RecordFormat.Json
        ? Body
        : throw new UnreadableStateException($"{what} has format {Format}, which this version does not know: run the version that wrote it, or a later one.");
}
