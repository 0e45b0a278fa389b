namespace Fog.Silo.Gateway.Backups;

/// <summary>The silo's durable state, to be handed out whole.</summary>
public interface IStateBackup
{
    /// <summary>A backup of one moment, ready to be read at any pace. One at a time: until it is disposed, no other is taken.</summary>
    /// <exception cref="BackupUnavailableException">Another one is being taken, or this one cannot be.</exception>
    Task<TakenBackup> Take(CancellationToken cancel);
}

/// <param name="content">From its beginning.</param>
/// <param name="done">Called once the backup was read, or given up.</param>
public sealed class TakenBackup(Stream content, Action done) : IAsyncDisposable
{
    public Stream Content { get; } = content;

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        done();
    }
}

/// <summary>No backup can be taken now; one sentence that says what to do.</summary>
public sealed class BackupUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
