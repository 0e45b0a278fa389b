using Fog.Engine.Runtime;
using Fog.Engine.Storage;

namespace Fog.Engine.Hosting;

/// <summary>Records of the program around the engine, in the engine's store: as durable as the grains' states, through the same group commit, and in the same backups.</summary>
public sealed class EngineRecords
{
    private readonly FogEngine _engine;

    internal EngineRecords(FogEngine engine) => _engine = engine;

    /// <summary>All of them. Before the first write.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="DamagedStoreException">Its bytes make no sense.</exception>
    public IEnumerable<HostRecord> ReadAll() =>
        _engine.Store.ReadAll(RecordKind.Host).Select(static record => new HostRecord(record.Key.Grain, record.Key.Name, record.Value.Body));

    /// <summary>Completes when all of them are durable; if it fails, none of them is. What is written later is never durable without what was written before.</summary>
    /// <exception cref="StoreUnavailableException">The store takes no writes now, or the engine has stopped.</exception>
    public Task Write(IEnumerable<HostRecord> records) => _engine.Commits.WriteTogether(
        [.. records.Select(static record => new RecordWrite(new RecordKey(RecordKind.Host, record.Owner, record.Name), RecordWrite.AnyVersion, record.Body, RecordFormat.Owner))]);
}

/// <param name="Owner">Whose it is; with <paramref name="Name"/> the record's key. Each at most 65,535 bytes of UTF-8.</param>
/// <param name="Body">As its owner encodes it; null removes the record.</param>
public readonly record struct HostRecord(string Owner, string Name, byte[]? Body);
