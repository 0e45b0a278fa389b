using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;

namespace Fog.Grains.Tests.Rules;

public class WakeScheduleTests
{
    private static readonly DutyCycle Cycle = new(TimeSpan.FromSeconds(10), 100);

    /// <summary>A moment at which slots with this offset lie.</summary>
    private static DateTimeOffset Slot(TimeSpan offset) => DateTimeOffset.UnixEpoch + Cycle.Period * 1000 + offset;

    [Theory]
    [InlineData(0, 9)]
    [InlineData(0.3, 8.7)]  // woke late: the next slot is nearer
    [InlineData(-0.3, 9.3)] // woke early: the same slot is not taken twice
    [InlineData(4.9, 4.1)]
    [InlineData(-4.9, 13.9)]
    public void A_wake_near_its_slot_is_followed_by_the_next_slot(double secondsLate, double sleepSeconds)
    {
        var offset = TimeSpan.FromSeconds(3);
        var sleep = WakeSchedule.SleepAfter(Slot(offset).AddSeconds(secondsLate), Cycle, offset);
        Assert.Equal(sleepSeconds, sleep.TotalSeconds, 6);
    }

    [Theory]
    [InlineData(0, new long[] { 0, 2, 4, 6, 8 })]
    [InlineData(0.5, new long[] { 1, 3, 5, 7, 9 })]
    public void Members_are_staggered_over_the_period(double phase, long[] expected)
    {
        var wakes = Enumerable.Range(0, 5).Select(i =>
        {
            var offset = WakeSchedule.Offset(Cycle.Period, i, 5, phase);
            return (Slot(TimeSpan.Zero) + WakeSchedule.Window(Cycle) + WakeSchedule.SleepAfter(Slot(TimeSpan.Zero), Cycle, offset)).ToUnixTimeSeconds() % 10;
        });
        Assert.Equal(expected, wakes.Order());
    }

    [Fact]
    public void Clusters_are_staggered_over_the_gap_between_two_members()
    {
        var phases = Enumerable.Range(1, 1000).Select(i => WakeSchedule.Phase($"c{i}")).ToList();
        Assert.All(phases, static phase => Assert.InRange(phase, 0, Math.BitDecrement(1.0)));
        Assert.All(phases.CountBy(static phase => (int)(phase * 10)), static tenth => Assert.InRange(tenth.Value, 60, 140));
    }

    [Fact]
    public void A_device_that_never_sleeps_is_told_so() =>
        Assert.Equal(TimeSpan.Zero, WakeSchedule.SleepAfter(Slot(TimeSpan.Zero), Cycle with { ListenPermille = 1000 }, TimeSpan.Zero));
}
