using SQLitePCL;

namespace Fog.Engine.Storage;

/// <summary>What SQLite and the file system say, as a sentence that names the file and the next step.</summary>
internal static class StoreTrouble
{
    /// <param name="code">SQLite's primary result code.</param>
    internal static OrleansException Of(string path, int code, Exception cause) => code switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new DamagedStoreException(path, cause.Message, cause),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreUnavailableException($"{path} is locked by another program: {cause.Message}. Close it.", cause),
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => NotWritable(path, cause),
        raw.SQLITE_FULL => new StoreUnavailableException($"No space is left for {path}: free some on its disk. What was acknowledged is safe.", cause),
        raw.SQLITE_IOERR => new StoreUnavailableException($"The disk of {path} fails ({cause.Message}): check it. If the file is lost, `fog restore` makes it anew from a backup.", cause),
        _ => new StoreUnavailableException($"{path} cannot be used: {cause.Message}. Check the disk's space and the file's permissions.", cause),
    };

    internal static StoreUnavailableException NotWritable(string path, Exception cause) =>
        new($"{path} cannot be written ({cause.Message.TrimEnd('.')}): give this user write access to its folder and files, or choose another data folder.", cause);
}
