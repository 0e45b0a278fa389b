using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.State;

namespace Fog.Grains.Functions;

/// <summary>Values by key, of which the one that the latest call put counts.</summary>
public sealed class FunctionStateGrain : Grain, IFunctionStateGrain
{
    private readonly Durable<KeptState> _state;

    public FunctionStateGrain([PersistentState("kept")] IPersistentState<KeptState> storage) => _state = new(storage, DeactivateOnIdle);

    public Task<ImmutableArray<KeptValue>> Read() => Task.FromResult(_state.Value.Values.RemoveAll(static kept => kept.Text.Length == 0));

    public async Task Put(KeptValue value)
    {
        var values = _state.Value.Values;
        if (values.FirstOrDefault(kept => kept.Key == value.Key) is { } known)
        {
            if (known.Stamp.CompareTo(value.Stamp) < 0)
            {
                _state.Value = _state.Value with { Values = values.Replace(known, value) };
            }
        }
        else if (values.Length >= GrainLimits.KeptValuesMax)
        {
            throw new FogException(FogError.LimitExceeded, $"The function keeps {GrainLimits.KeptValuesMax} values already, '{value.Key}' is not one of them.");
        }
        else
        {
            _state.Value = _state.Value with { Values = values.Add(value) };
        }

        await _state.Save();
    }
}
