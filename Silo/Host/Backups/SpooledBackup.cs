using Fog.Silo.Gateway.Backups;

namespace Fog.Silo.Host.Backups;

/// <summary>Backups that are written beside the state first, so that a slow reader holds up nothing in the store.</summary>
/// <param name="folder">Where; null: a private file among the temporary ones.</param>
internal abstract class SpooledBackup(string? folder) : IStateBackup
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
            await Task.Run(() => Write(spool), cancel);
            spool.Position = 0;
            return new TakenBackup(spool, () => Volatile.Write(ref _taken, 0));
        }
        catch (Exception e)
        {
            spool?.Dispose();
            Volatile.Write(ref _taken, 0);
            if (((e as SiloStartException)?.Message ?? e.StateFailure()) is { } why)
            {
                throw new BackupUnavailableException(why, e);
            }

            throw e is IOException or UnauthorizedAccessException
                ? new BackupUnavailableException($"The silo has no room for a backup beside its state ({e.Message.TrimEnd('.')}): free as much space as its state takes.", e)
                : e;
        }
    }

    /// <summary>Writes the state of one moment. Blocks.</summary>
    protected abstract void Write(Stream to);

    /// <summary>It holds keys, as the state does, and is gone when it is closed.</summary>
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

        return new FileStream(folder is not null ? Path.Combine(folder, SpoolFile) : Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.{SpoolFile}"), file);
    }
}
