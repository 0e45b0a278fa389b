using Fog.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace Fog.Engine.Backup;

/// <summary>Makes a store of a backup. Until the last step, which the file system does whole or not at all, the old store is untouched.</summary>
public static class StoreRestore
{
    /// <summary>Bytes of bodies in one transaction.</summary>
    private const int BytesPerCommitMax = 8 * 1024 * 1024;

    /// <param name="store">The store's file; its folder is made when missing.</param>
    /// <param name="replace">Whether the folder may have something in it. A store that is there is kept beside the new one, as <c>.replaced</c>.</param>
    /// <exception cref="UnusableBackupException">The backup is not whole, or of a later version.</exception>
    /// <exception cref="StoreUnavailableException">The folder is not empty, or a silo uses it, or it cannot be written.</exception>
    public static BackupSummary Restore(string backup, string store, bool replace)
    {
        store = Path.GetFullPath(store);
        using var file = OpenBackup(backup);
        BackupReader.Verify(file, backup);
        RequireRoom(store, replace);
        using var ownership = StoreOwnership.Take(store);
        string making = store + SqliteRecordStore.MakingSuffix;
        try
        {
            RemoveAll(making);
            file.Position = 0;
            var summary = Fill(making, new BackupReader(file, backup));
            Swap(making, store, ownership);
            return summary;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw StoreTrouble.NotWritable(store, e);
        }
        finally
        {
            RemoveAll(making);
        }
    }

    private static FileStream OpenBackup(string backup)
    {
        try
        {
            return new FileStream(backup, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableBackupException($"{backup} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What an earlier restore left behind, which was interrupted, does not count.</summary>
    private static void RequireRoom(string store, bool replace)
    {
        string folder = Path.GetDirectoryName(store)!, ours = Path.GetFileName(store);
        if (!replace && Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(name => !name!.StartsWith(ours + SqliteRecordStore.MakingSuffix, StringComparison.Ordinal) && name != ours + ".lock") is { } other)
        {
            throw new StoreUnavailableException($"{folder} is not empty: it has {other}. Choose another folder, or say --replace.");
        }
    }

    private static BackupSummary Fill(string making, BackupReader reader)
    {
        using var store = SqliteRecordStore.Open(making);
        List<RecordWrite> batch = [];
        int bytes = 0;
        foreach (var record in reader.Records())
        {
            if (record.Format != (record.Kind == RecordKind.Host ? RecordFormat.Owner : RecordFormat.Json))
            {
                throw new UnusableBackupException($"The backup has a record of format {record.Format}, which this version does not know: restore it with the version that made it, or a later one.");
            }

            batch.Add(new RecordWrite(new RecordKey(record.Kind, record.Grain, record.Name), null, record.Body, record.Format));
            bytes += record.Body.Length;
            if (batch.Count == EngineLimits.WritesPerCommitMax || bytes >= BytesPerCommitMax)
            {
                Commit(store, batch);
                bytes = 0;
            }
        }

        Commit(store, batch);
        return reader.Summary!;
    }

    private static void Commit(SqliteRecordStore store, List<RecordWrite> batch)
    {
        store.Commit(batch);
        if (batch.Find(static write => write.IsConflict) is { } twice)
        {
            throw new UnusableBackupException($"The backup is damaged: it has '{twice.Key.Name}' of {twice.Key.Grain} twice. Use another backup.");
        }

        batch.Clear();
    }

    private static void Swap(string making, string store, StoreOwnership ownership)
    {
        if (File.Exists(store) || File.Exists(store + "-wal"))
        {
            FoldLog(store, ownership);
        }

        if (File.Exists(store))
        {
            File.Replace(making, store, store + ".replaced");
        }
        else
        {
            File.Move(making, store);
        }

        DurableFolder.Sync(Path.GetDirectoryName(store)!);
    }

    /// <summary>A log that stayed would be taken for the new store's. The old store's last commits go into its file; if it is past that, the log goes aside with it.</summary>
    private static void FoldLog(string store, StoreOwnership ownership)
    {
        ownership.Unmark();
        try
        {
            if (File.Exists(store))
            {
                using var old = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = store, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
                old.Open();
                SqliteSchema.Query(old, "SELECT count(*) FROM sqlite_schema");
            }
        }
        catch (SqliteException)
        {
            // It is damaged; that may be why it is replaced.
        }

        if (File.Exists(store + "-wal"))
        {
            File.Move(store + "-wal", store + ".replaced-wal", overwrite: true);
        }

        File.Delete(store + "-shm");
    }

    private static void RemoveAll(string making)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal", ".lock"])
        {
            File.Delete(making + suffix);
        }
    }
}
