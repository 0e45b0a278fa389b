using System.Collections.Immutable;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Rules;

/// <summary>How many calls may follow from one: what is left is shared among the calls of a result, each of which takes one of its own.</summary>
internal static class Continuations
{
    /// <param name="spent">Of the call whose effects these are.</param>
    /// <param name="place">Of the effect, a call.</param>
    /// <returns>What the call has spent from the start; null: it may not be made.</returns>
    public static int? SpentBy(int spent, ImmutableArray<FogEffect> effects, int place)
    {
        int left = GrainLimits.ContinuationsMax - spent;
        int calls = effects.Count(static e => e.Kind == EffectKind.Call);
        int before = effects.Take(place).Count(static e => e.Kind == EffectKind.Call);
        return before < left ? GrainLimits.ContinuationsMax - (Math.Max(0, left - calls) / calls) : null;
    }
}
