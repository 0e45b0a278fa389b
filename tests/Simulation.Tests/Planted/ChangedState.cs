namespace Fog.Simulation.Tests.Planted;

/// <summary>A grain's state that is never what the grain sets it to.</summary>
internal sealed class ChangedState<TState>(IPersistentState<TState> inner, Func<TState, TState> change) : IPersistentState<TState>
{
    public TState State
    {
        get => inner.State;
        set => inner.State = change(value);
    }

    public string? Etag => inner.Etag;

    public bool RecordExists => inner.RecordExists;

    public Task ReadStateAsync() => inner.ReadStateAsync();

    public Task ReadStateAsync(CancellationToken cancellationToken) => inner.ReadStateAsync(cancellationToken);

    public Task WriteStateAsync() => inner.WriteStateAsync();

    public Task WriteStateAsync(CancellationToken cancellationToken) => inner.WriteStateAsync(cancellationToken);

    public Task ClearStateAsync() => inner.ClearStateAsync();

    public Task ClearStateAsync(CancellationToken cancellationToken) => inner.ClearStateAsync(cancellationToken);
}
