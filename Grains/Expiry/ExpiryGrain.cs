using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Expiry;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Expiry;

/// <summary>Knows what may be removed at its moment. An entry goes when whoever has the state said that it is gone, or that it is noted for a later moment.</summary>
/// <remarks>Reentrant, so that those who come while a write is under way share the next one. Nothing is added while it is swept: what is added ends
/// after now, what is swept has ended.</remarks>
[Reentrant]
public sealed class ExpiryGrain : Grain, IExpiryGrain
{
    private readonly Durable<ExpiryState> _state;
    private readonly TimeProvider _clock;
    private readonly Errands _errands;
    private DateTimeOffset _moment;
    private Task? _expected;

    public ExpiryGrain([PersistentState("expiry")] IPersistentState<ExpiryState> storage, FogOptions options, TimeProvider clock, ILogger<ExpiryGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _clock = clock;
        _errands = new(clock, options.RetryAfter, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _moment = ExpiryMoment.Of(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task Add(ExpiryEntry entry)
    {
        if (_expected is null or { IsFaulted: true })
        {
            _expected = _state.Value.Entries.IsEmpty ? GrainFactory.GetGrain<ISweeperGrain>(ISweeperGrain.Key).Expect(_moment) : Task.CompletedTask;
        }

        await _expected; // Before the first entry is durable, so that none is ever overlooked.
        if (!_state.Value.Entries.Contains(entry))
        {
            if (_state.Value.Entries.Length >= GrainLimits.ExpiriesMax)
            {
                throw new FogException(FogError.LimitExceeded, $"{GrainLimits.ExpiriesMax} calls or their values end by {_moment:O} in one share of them already: make fewer calls, or keep outcomes for less long.");
            }

            _state.Value = _state.Value with { Entries = _state.Value.Entries.Add(entry) };
        }

        await _state.Save();
    }

    public async Task<int> Sweep()
    {
        var done = new HashSet<ExpiryEntry>();
        await Task.WhenAll(_state.Value.Entries.Take(GrainLimits.ExpiriesAtOnce).Select(entry => _errands.Try(async () =>
        {
            if (await Expire(entry) is { } later)
            {
                await GrainFactory.Expect(entry, later > _clock.GetUtcNow() ? later : _clock.GetUtcNow() + ExpiryMoment.Apart);
            }

            done.Add(entry);
        })));
        _state.Value = _state.Value with { Entries = _state.Value.Entries.RemoveAll(done.Contains) };
        if (_state.Value.Entries.IsEmpty)
        {
            await _state.Clear();
            _expected = null;
            DeactivateOnIdle();
            return 0;
        }

        await _state.Save();
        return _state.Value.Entries.Length;
    }

    private Task<DateTimeOffset?> Expire(ExpiryEntry entry) => entry.Kind == ExpiryKind.Blob
        ? GrainFactory.GetGrain<IBlobGrain>(entry.Key).Expire()
        : GrainFactory.GetGrain<IInvocationGrain>(entry.Key).Expire();
}

[GenerateSerializer, Immutable, Alias("fog.ExpiryState")]
public sealed record ExpiryState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    [Id(1)]
    public ImmutableArray<ExpiryEntry> Entries { get; init; } = [];
}
