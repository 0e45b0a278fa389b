using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Proxy.Sessions;

namespace Fog.DeviceProxy.Proxy.Tests.Sessions;

public class SequenceWindowTests
{
    [Theory]
    [InlineData(new uint[] { }, 0, Drop.None)]
    [InlineData(new uint[] { }, uint.MaxValue, Drop.None)]
    [InlineData(new uint[] { 0 }, 0, Drop.Replayed)]
    [InlineData(new uint[] { 0 }, 1, Drop.None)]
    [InlineData(new uint[] { 0, 1, 2 }, 1, Drop.Replayed)]
    [InlineData(new uint[] { 5 }, 0, Drop.None)]
    [InlineData(new uint[] { 63 }, 0, Drop.None)]
    [InlineData(new uint[] { 64 }, 0, Drop.OutOfWindow)]
    [InlineData(new uint[] { 64 }, 1, Drop.None)]
    [InlineData(new uint[] { 0, 63 }, 0, Drop.Replayed)]
    [InlineData(new uint[] { 0, 64 }, 0, Drop.OutOfWindow)]
    [InlineData(new uint[] { 0, 1, 65 }, 64, Drop.None)]
    [InlineData(new uint[] { 0, 1, 64 }, 1, Drop.Replayed)]
    [InlineData(new uint[] { 10, 1000 }, 937, Drop.None)]
    [InlineData(new uint[] { 10, 1000 }, 936, Drop.OutOfWindow)]
    [InlineData(new uint[] { 1000, 990 }, 990, Drop.Replayed)]
    [InlineData(new uint[] { uint.MaxValue }, uint.MaxValue, Drop.Replayed)]
    [InlineData(new uint[] { uint.MaxValue }, uint.MaxValue - 63, Drop.None)]
    [InlineData(new uint[] { uint.MaxValue }, uint.MaxValue - 64, Drop.OutOfWindow)]
    public void A_number_passes_once_and_not_64_below_the_highest(uint[] before, uint number, Drop expected)
    {
        var window = new SequenceWindow();
        foreach (uint n in before)
            window.Accept(n);
        Assert.Equal(expected, window.Check(number));
    }

    [Fact]
    public void It_agrees_with_the_set_of_all_numbers_seen() => Prop.ForAll(Gen.ListOf(Gen.Choose(0, 300)).ToArbitrary(), numbers =>
    {
        var window = new SequenceWindow();
        var seen = new HashSet<int>();
        foreach (int number in numbers)
        {
            var expected = seen.Count > 0 && seen.Max() - number >= 64 ? Drop.OutOfWindow
                : seen.Contains(number) ? Drop.Replayed
                : Drop.None;
            if (window.Check((uint)number) != expected)
                return false;
            if (expected != Drop.None)
                continue;
            window.Accept((uint)number);
            seen.Add(number);
        }

        return true;
    }).QuickCheckThrowOnFailure();
}
