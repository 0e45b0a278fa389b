using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Expiry;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Expiry;

/// <summary>Walks from moment to moment. One whose expiry grains are not all empty is where the next walk begins.</summary>
/// <remarks>Reentrant: the expiry grains that it calls note things for later moments, and tell it.</remarks>
[Reentrant]
public sealed class SweeperGrain : Grain, ISweeperGrain, IRemindable
{
    private const string Reminder = "sweep";

    private readonly Durable<SweeperState> _state;
    private readonly TimeProvider _clock;
    private readonly Errands _errands;
    private Task? _reminder;
    private bool _isSweeping;

    public SweeperGrain([PersistentState("sweeper")] IPersistentState<SweeperState> storage, FogOptions options, TimeProvider clock, ILogger<SweeperGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _clock = clock;
        _errands = new(clock, options.RetryAfter, logger);
    }

    public async Task Expect(DateTimeOffset moment)
    {
        if (_state.Value.From is not { } from || moment < from)
        {
            _state.Value = _state.Value with { From = moment };
        }

        await _state.Save();
        if (_reminder is null or { IsFaulted: true })
        {
            _reminder = this.RegisterOrUpdateReminder(Reminder, ExpiryMoment.Apart, ExpiryMoment.Apart);
        }

        await _reminder; // Of whoever came first: two at once would change it under each other.
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _reminder ??= Task.CompletedTask; // It is there.
        if (_isSweeping)
        {
            return;
        }

        _isSweeping = true;
        try
        {
            while (_state.Value.From is { } moment && moment <= _clock.GetUtcNow() && await IsEmpty(moment))
            {
                if (_state.Value.From == moment) // Else an earlier one came meanwhile.
                {
                    _state.Value = _state.Value with { From = moment + ExpiryMoment.Apart };
                }

                await _state.Save();
            }
        }
        finally
        {
            _isSweeping = false;
        }
    }

    /// <summary>Whether nothing is left of that moment.</summary>
    private async Task<bool> IsEmpty(DateTimeOffset moment)
    {
        bool isEmpty = true;
        for (int share = 0; share < ExpiryMoment.Shares; share++)
        {
            var expiry = GrainFactory.GetGrain<IExpiryGrain>(ExpiryMoment.KeyOf(moment, share));
            int left = int.MaxValue;
            bool goesOn = true;
            while (goesOn && left > 0)
            {
                goesOn = false; // Unless this time some of them went.
                await _errands.Try(async () =>
                {
                    int now = await expiry.Sweep();
                    (goesOn, left) = (now < left, now);
                });
            }

            isEmpty &= left == 0;
        }

        return isEmpty;
    }
}

[GenerateSerializer, Immutable, Alias("fog.SweeperState")]
public sealed record SweeperState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>The earliest moment that may have entries; null before the first.</summary>
    [Id(1)]
    public DateTimeOffset? From { get; init; }
}
