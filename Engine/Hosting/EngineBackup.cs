using Fog.Engine.Backup;
using Fog.Engine.Runtime;

namespace Fog.Engine.Hosting;

/// <summary>Backups of a running engine.</summary>
public sealed class EngineBackup
{
    private readonly FogEngine _engine;

    internal EngineBackup(FogEngine engine) => _engine = engine;

    /// <summary>Writes what is stored at this moment: states, reminders, everything acknowledged and nothing that is not. Work goes on meanwhile.</summary>
    /// <remarks>Blocks. Write to a disk, not to a peer: until it is done, the store keeps all that has changed since it began.</remarks>
    public BackupSummary Write(Stream to) => BackupWriter.Write(
        to,
        _engine.Store.Snapshot().Select(static record => new BackupRecord(record.Key.Kind, record.Key.Grain, record.Key.Name, record.Value.Format, record.Value.Body)),
        _engine.Time.GetUtcNow());
}
