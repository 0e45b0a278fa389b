using System.Collections.Immutable;
using Fog.Grains.Blobs;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Results;
using Fog.Grains.Rules;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Invocations;

// What the result wants done is done when the outcome is durable: in order, each with a write that says so. Whoever reports
// the outcome does so again until all of it is done, and each effect is known by its call and its place, so that a crash
// anywhere between applies it a second time to no effect.
public sealed partial class InvocationGrain
{
    private Task? _finishing;

    /// <summary>Whether the outcome waits for its effects: who sees it, sees them too. One that fails is applied later, and the outcome stands.</summary>
    private bool IsFinishing => _finishing is { IsCompleted: false };

    private async Task Finish(AcceptedCall call, bool isFirst)
    {
        bool isUnannounced = _state.Value.TakenBy.Length == 0; // In one turn with the outcome, by which the dispatch under way leaves it to us.
        await _state.Save();
        var outcome = _state.Value.Outcome!;
        if (isFirst)
        {
            if (isUnannounced)
            {
                AnnounceAcceptance(call); // The outcome has overtaken the dispatcher's answer.
            }

            _announcer.Announce(call.Site, SiteEvent.Ended(_id, call.Order.Function, outcome));
        }

        try
        {
            await ApplyEffects(call, outcome);
        }
        finally
        {
            _finishing = null;
            NotifyWatchers();
            _watchers.Clear();
        }
    }

    private async Task ApplyEffects(AcceptedCall call, Outcome outcome)
    {
        if (outcome is not { Error: FogError.None, Result: { } result })
        {
            return;
        }

        var effects = CanonicalResult.EffectsOf(result.IsInline ? result.Inline : await GrainFactory.Load(result));
        for (int i = _state.Value.EffectsApplied; i < effects.Length; i++)
        {
            try
            {
                await Apply(call, outcome, effects, i);
            }
            catch (FogException refused)
            {
                await GrainFactory.GetGrain<IJournalGrain>(call.Site).Keep(SiteEvent.Refused(_id, call.Order.Function, outcome.CompletedAt, i, effects[i].Name, refused));
            }

            _state.Value = _state.Value with { EffectsApplied = i + 1 };
            await _state.Save();
        }
    }

    private Task Apply(AcceptedCall call, Outcome outcome, ImmutableArray<FogEffect> effects, int place) => effects[place] switch
    {
        { Kind: EffectKind.Emit } effect => GrainFactory.GetGrain<IJournalGrain>(call.Site)
            .Keep(SiteEvent.EmittedBy(_id, call.Order.Function, outcome.CompletedAt, place, effect.Name, effect.Text)),
        { Kind: EffectKind.StatePut } effect => GrainFactory.GetGrain<IFunctionStateGrain>(call.Order.Function.At(call.Site))
            .Put(new(effect.Name, effect.Text, new(call.AcceptedAt, _id, place))),
        { Kind: EffectKind.Call } effect => Continue(call, effect, place, Continuations.SpentBy(call.ContinuationsSpent, effects, place)),
        var unknown => throw new InvalidOperationException($"No effect {unknown.Kind}."),
    };

    /// <summary>Its name follows from ours, so that a second start is the same call.</summary>
    private Task Continue(AcceptedCall call, FogEffect effect, int place, int? spent) => spent is { } known
        ? GrainFactory.GetGrain<IInvocationGrain>(_id.Continuation(place).ToString())
            .Start(new(new(_id.Tenant, effect.Name), call.Site, effect.Text, null, call.Order.Deadline - call.AcceptedAt, call.Placement, ContinuationsSpent: known))
        : throw new FogException(FogError.LimitExceeded, $"{GrainLimits.ContinuationsMax} calls followed from one already.");
}
