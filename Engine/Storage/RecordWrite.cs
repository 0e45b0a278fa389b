namespace Fog.Engine.Storage;

/// <summary>One record to be written or removed.</summary>
/// <param name="key">Which one.</param>
/// <param name="expectedVersion">The version it must have; null: it must not exist.</param>
/// <param name="body">New content, encoded as <see cref="RecordFormat.Json"/>; null removes the record.</param>
public sealed class RecordWrite(RecordKey key, long? expectedVersion, byte[]? body)
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordKey Key { get; } = key;

    public long? ExpectedVersion { get; } = expectedVersion;

    public byte[]? Body { get; } = body;

    /// <summary>Set by the store: it was not applied, because the record has <see cref="Version"/>.</summary>
    public bool IsConflict { get; set; }

    /// <summary>Set by the store: the record's version after the commit; null when there is none.</summary>
    public long? Version { get; set; }

    /// <summary>Completes when the commit that holds it has returned.</summary>
    internal Task Durable => _durable.Task;

    internal void Acknowledge() => _durable.SetResult();

    internal void Fail(Exception reason) => _durable.SetException(reason);
}
