namespace Orleans.Core;

/// <summary>One stored record of a grain. Not for concurrent use: call it in the grain's turns, one operation at a time.</summary>
public interface IStorage
{
    /// <summary>Version of the record last read or written; null when there is none.</summary>
    string? Etag { get; }

    bool RecordExists { get; }

    /// <exception cref="Storage.InconsistentStateException">The record changed since it was last read.</exception>
    Task ClearStateAsync();

    Task ClearStateAsync(CancellationToken cancellationToken);

    Task ReadStateAsync();

    Task ReadStateAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the record is durable.</summary>
    /// <exception cref="Storage.InconsistentStateException">The record changed since it was last read.</exception>
    Task WriteStateAsync();

    Task WriteStateAsync(CancellationToken cancellationToken);
}

public interface IStorage<TState> : IStorage
{
    /// <summary>Never null for a class with a parameterless constructor: without a record it is a new instance.</summary>
    TState State { get; set; }
}
