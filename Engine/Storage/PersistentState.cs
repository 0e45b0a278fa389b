using System.Globalization;
using System.Text.Json;
using Fog.Engine.Runtime;
using Orleans.Storage;

namespace Fog.Engine.Storage;

/// <summary>State that is read before its activation's OnActivateAsync.</summary>
internal interface IPersistentRecord
{
    void Read();
}

/// <summary>One state of one activation.</summary>
internal sealed class PersistentState<TState>(Activation activation, string name) : IPersistentState<TState>, IPersistentRecord
{
    private static readonly bool s_canBeNew = typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is not null;

    private readonly RecordKey _key = new(RecordKind.State, activation.GrainId.ToString(), name);
    private long? _version;

    public TState State { get; set; } = default!; // Until it is read, which is before the grain's first turn.

    public string? Etag => ToEtag(_version);

    public bool RecordExists => _version is not null;

    public void Read()
    {
        if (activation.Engine.Store.Read(_key) is not { } record)
        {
            _version = null;
            State = NewState();
            return;
        }

        var body = record.Json($"State '{name}' of {_key.Grain}");
        try
        {
            State = StateJson.Read<TState>(body)
                ?? throw new UnreadableStateException($"State '{name}' of {_key.Grain} is stored as null.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new UnreadableStateException($"State '{name}' of {_key.Grain} cannot be read as {typeof(TState)}: {e.Message}", e);
        }

        _version = record.Version;
    }

    public Task ReadStateAsync()
    {
        Read();
        return Task.CompletedTask;
    }

    public Task ReadStateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ReadStateAsync();
    }

    public Task WriteStateAsync()
    {
        var body = StateJson.Write(State);
        if (body.Length > EngineLimits.RecordBytesMax)
        {
            throw new ArgumentException($"State '{name}' of {_key.Grain} has {body.Length} bytes; at most {EngineLimits.RecordBytesMax} fit in one record.");
        }

        return Write(body);
    }

    /// <remarks>A write that has begun is not cancelled: whether it happened would be unknown.</remarks>
    public Task WriteStateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteStateAsync();
    }

    public async Task ClearStateAsync()
    {
        if (RecordExists)
        {
            await Write(null);
        }

        State = NewState();
    }

    public Task ClearStateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ClearStateAsync();
    }

    private static string? ToEtag(long? version) => version?.ToString(CultureInfo.InvariantCulture);

    private static TState NewState()
        => s_canBeNew
            ? Activator.CreateInstance<TState>()
            : throw new ArgumentException($"{typeof(TState)} needs a public parameterless constructor: it is the state of grains that have stored nothing yet.");

    private async Task Write(byte[]? body)
    {
        var write = new RecordWrite(_key, _version, body);
        await activation.Engine.Commits.Write(write);
        if (write.IsConflict)
        {
            throw new InconsistentStateException($"State '{name}' of {_key.Grain} changed since this activation read it.", ToEtag(write.Version), Etag) { Activation = activation };
        }

        _version = write.Version;
    }
}
