namespace Fog.Engine.Storage;

/// <summary>One record to be written or removed.</summary>
/// <param name="key">Which one.</param>
/// <param name="expectedVersion">The version it must have, or <see cref="AnyVersion"/>; null: it must not exist.</param>
/// <param name="body">New content; null removes the record.</param>
/// <param name="format">How the body is encoded, <see cref="RecordFormat"/>.</param>
public sealed class RecordWrite(RecordKey key, long? expectedVersion, byte[]? body, int format = RecordFormat.Json)
{
    /// <summary>Whatever is there, and if nothing is: for records of which there is one writer, who knows what he wrote.</summary>
    public const long AnyVersion = -1;

    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordKey Key { get; } = key;

    public long? ExpectedVersion { get; } = expectedVersion;

    public byte[]? Body { get; } = body;

    public int Format { get; } = format;

    /// <summary>Whether the write is applied to a record of this version; null: to none.</summary>
    public bool Expects(long? version) => ExpectedVersion == AnyVersion || ExpectedVersion == version;

    /// <summary>The write behind it in the queue belongs to the same transaction.</summary>
    internal bool IsWithNext { get; set; }

    /// <summary>Set by the store: it was not applied, because the record has <see cref="Version"/>.</summary>
    public bool IsConflict { get; set; }

    /// <summary>Set by the store: the record's version after the commit; null when there is none.</summary>
    public long? Version { get; set; }

    /// <summary>Completes when the commit that holds it has returned.</summary>
    internal Task Durable => _durable.Task;

    internal void Acknowledge() => _durable.SetResult();

    internal void Fail(Exception reason) => _durable.SetException(reason);
}
