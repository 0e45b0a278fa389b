namespace Fog.Engine.Storage;

/// <summary>Durable records by key. One writer at a time; reads may come meanwhile, from any thread.</summary>
/// <exception cref="DamagedStoreException">From any member: the stored bytes make no sense.</exception>
public interface IRecordStore : IDisposable
{
    /// <summary>Null when there is none.</summary>
    StoredRecord? Read(RecordKey key);

    IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind);

    /// <summary>Applies all writes whose expected version fits, in one transaction, and notes each one's outcome in it.
    /// Returns when they are durable; if it throws, none of them is.</summary>
    void Commit(IReadOnlyList<RecordWrite> batch);
}

/// <summary>Values are stored: never renumbered.</summary>
public enum RecordKind : byte
{
    State = 1,
    Reminder = 2,
    /// <summary>An item of a stream; "grain" is the stream, the name its sequence number.</summary>
    StreamItem = 3,
    /// <summary>A grain's subscription to a stream; "grain" is the stream, the name the subscription's id.</summary>
    StreamSubscription = 4,
}

/// <param name="Grain">The grain's id as text.</param>
/// <param name="Name">The state's or reminder's name; see <see cref="RecordKind"/> for streams.</param>
public readonly record struct RecordKey(RecordKind Kind, string Grain, string Name);

/// <param name="Version">Etag: unique among all versions of all records of the store.</param>
/// <param name="Format">How <paramref name="Body"/> is encoded, <see cref="RecordFormat"/>.</param>
public readonly record struct StoredRecord(long Version, int Format, byte[] Body);

/// <summary>Encodings of a record's body.</summary>
public static class RecordFormat
{
    /// <summary>UTF-8 JSON of the state object, by <see cref="StateJson"/>.</summary>
    public const int Json = 1;
}
