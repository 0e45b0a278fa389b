namespace Fog.Engine.Storage;

/// <summary>The store's bytes make no sense.</summary>
public sealed class DamagedStoreException : OrleansException
{
    public DamagedStoreException(string path, string detail, Exception? cause = null)
        : base($"{path} is damaged ({detail}). Make it anew from a backup with `fog restore FILE --data FOLDER --replace`, or move it and its -wal file away to start with an empty store.", cause!)
    {
    }
}

/// <summary>The store's file cannot be used, though nothing is wrong with its content.</summary>
public sealed class StoreUnavailableException : OrleansException
{
    public StoreUnavailableException(string message, Exception? cause = null) : base(message, cause!)
    {
    }
}

/// <summary>A record cannot be read as the state its grain declares.</summary>
public sealed class UnreadableStateException : OrleansException
{
    public UnreadableStateException(string message, Exception? cause = null) : base(message, cause!)
    {
    }
}
