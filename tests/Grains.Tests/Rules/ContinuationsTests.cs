using System.Collections.Immutable;
using Fog.Grains.Rules;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Tests.Rules;

public class ContinuationsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void However_they_branch_no_more_follow_from_one_than_may(int branches)
    {
        var effects = Enumerable.Range(0, branches).Select(static _ => new FogEffect(EffectKind.Call, "f", "[]")).ToImmutableArray();
        Assert.InRange(Following(0), 1, GrainLimits.ContinuationsMax);

        int Following(int spent) => Enumerable.Range(0, branches).Select(place => Continuations.SpentBy(spent, effects, place)).Sum(left => left is { } known ? 1 + Following(known) : 0);
    }

    [Fact]
    public void A_chain_has_all_of_them()
    {
        ImmutableArray<FogEffect> effects = [new(EffectKind.Emit, "a", ""), new(EffectKind.Call, "f", "[]")];
        int calls = 0;
        for (int spent = 0; Continuations.SpentBy(spent, effects, 1) is { } next; spent = next)
        {
            calls++;
        }

        Assert.Equal(GrainLimits.ContinuationsMax, calls);
    }
}
