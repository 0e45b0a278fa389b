namespace Fog.Engine.Storage;

/// <summary>The lock file beside a store: held while an engine has the store, marked from its first commit to its clean end.</summary>
/// <remarks>Commits stand in the -wal file until a clean end moves them into the store. A marked store without that file has lost some of them.</remarks>
internal sealed class StoreOwnership : IDisposable
{
    private const byte InUse = (byte)'u';

    private readonly FileStream _file;

    private StoreOwnership(FileStream file) => _file = file;

    /// <summary>The last engine that had it did not come to its end.</summary>
    internal bool IsMarked => _file.Length > 0;

    /// <summary>Makes the folder, too, when it is missing.</summary>
    /// <param name="store">Full path of the store.</param>
    /// <exception cref="StoreUnavailableException">Another engine has it, or the folder cannot be used.</exception>
    internal static StoreOwnership Take(string store)
    {
        try
        {
            DurableFolder.Create(Path.GetDirectoryName(store)!);
            // Two engines on one file would each believe that they alone have its grains.
            return new StoreOwnership(new FileStream(store + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (UnauthorizedAccessException e)
        {
            throw StoreTrouble.NotWritable(store, e);
        }
        catch (IOException e)
        {
            throw new StoreUnavailableException($"{store} cannot be opened: {e.Message} Stop the other silo that uses it, or choose another data folder.", e);
        }
    }

    /// <summary>From here on, commits are in the -wal file, which itself is durable.</summary>
    internal void Mark()
    {
        if (!IsMarked)
        {
            _file.WriteByte(InUse);
            _file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Before the -wal file may go.</summary>
    internal void Unmark()
    {
        _file.SetLength(0);
        _file.Flush(flushToDisk: true);
    }

    public void Dispose() => _file.Dispose();
}
