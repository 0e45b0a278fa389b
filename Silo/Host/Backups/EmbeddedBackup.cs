using Fog.Engine.Backup;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Silo.Gateway.Backups;

namespace Fog.Silo.Host.Backups;

/// <summary>Backups of the embedded engine. Each is written beside the state first, so that a slow reader holds up nothing in the store.</summary>
internal sealed class EmbeddedBackup(EngineBackup engine, FogHostOptions options) : IStateBackup
{
    /// <summary>A fixed name: what a crash leaves, the next backup overwrites.</summary>
    private const string SpoolFile = "fog.backup.tmp";

    private int _taken;

    public async Task<TakenBackup> Take(CancellationToken cancel)
    {
        if (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
        {
            throw new BackupUnavailableException("Another backup is being taken: ask again when it is done.");
        }

        FileStream? spool = null;
        try
        {
            spool = OpenSpool();
            await Task.Run(() => engine.Write(spool), cancel);
            spool.Position = 0;
            return new TakenBackup(spool, () => Volatile.Write(ref _taken, 0));
        }
        catch (Exception e)
        {
            spool?.Dispose();
            Volatile.Write(ref _taken, 0);
            throw e switch
            {
                IOException or UnauthorizedAccessException => new BackupUnavailableException($"The silo has no room for a backup beside its state ({e.Message.TrimEnd('.')}): free as much space as its state takes.", e),
                StoreUnavailableException or DamagedStoreException => new BackupUnavailableException(e.Message, e),
                _ => e,
            };
        }
    }

    /// <summary>It holds keys, as the state does, and is gone when it is closed. Without a data folder there is a private folder of temporary files.</summary>
    private FileStream OpenSpool()
    {
        var file = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(options.Data is { } folder ? Path.Combine(folder, SpoolFile) : Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.{SpoolFile}"), file);
    }
}
