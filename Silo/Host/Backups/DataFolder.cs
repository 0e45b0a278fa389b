using Fog.Engine.Backup;
using Fog.Engine.Storage;

namespace Fog.Silo.Host.Backups;

/// <summary>The folder of a silo's durable state, while no silo uses it.</summary>
public static class DataFolder
{
    internal const string StateFile = "fog.db";

    /// <summary>Makes the state of a folder anew from a backup.</summary>
    /// <param name="replace">Whether the folder may have something in it.</param>
    /// <exception cref="SiloStartException">The backup or the folder cannot be used.</exception>
    public static BackupSummary Restore(string backup, string folder, bool replace)
    {
        try
        {
            return StoreRestore.Restore(backup, Path.Combine(folder, StateFile), replace);
        }
        catch (Exception e) when (e is UnusableBackupException or StoreUnavailableException or DamagedStoreException)
        {
            throw new SiloStartException(e.Message, e);
        }
    }
}
