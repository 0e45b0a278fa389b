using FsCheck;
using FsCheck.Fluent;
using Fog.Firmware.Logic.Sessions;

namespace Fog.Firmware.Logic.Tests;

public class SequenceWindowTests
{
    [Fact]
    public void A_number_is_accepted_once()
    {
        var window = new SequenceWindow();
        Assert.True(window.Accept(0));
        Assert.False(window.Accept(0));
        Assert.True(window.Accept(1));
        Assert.False(window.Accept(0));
    }

    [Fact]
    public void Late_numbers_are_accepted_up_to_63_below_the_highest()
    {
        var window = new SequenceWindow();
        Assert.True(window.Accept(100));
        Assert.False(window.Accept(36));
        Assert.True(window.Accept(37));
        Assert.False(window.Accept(37));
    }

    [Fact]
    public void Far_ahead_forgets_what_was_before()
    {
        var window = new SequenceWindow();
        Assert.True(window.Accept(5));
        Assert.True(window.Accept(uint.MaxValue));
        Assert.False(window.Accept(5));
        Assert.False(window.Accept(uint.MaxValue));
        Assert.True(window.Accept(uint.MaxValue - 63));
    }

    [Fact]
    public void It_agrees_with_a_set_of_all_numbers_seen()
    {
        var steps = Gen.ListOf(Gen.Choose(0, 200)).ToArbitrary();
        Prop.ForAll(steps, numbers =>
        {
            var window = new SequenceWindow();
            var seen = new HashSet<long>();
            foreach (var number in numbers)
            {
                var expected = !seen.Contains(number) && (seen.Count == 0 || number > seen.Max() - 64);
                if (window.Accept((uint)number) != expected)
                    return false;
                if (expected)
                    seen.Add(number);
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }
}
