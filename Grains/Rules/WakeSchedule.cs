using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>When a device is to wake: slots one period apart, staggered over its cluster, so that some member is always the next one soon.</summary>
public static class WakeSchedule
{
    /// <summary>How long the device listens in each period.</summary>
    public static TimeSpan Window(DutyCycle cycle) => cycle.Period * cycle.Fraction;

    /// <summary>Place of the slots of the <paramref name="index"/>-th of <paramref name="count"/> members: P/N apart.</summary>
    /// <param name="phase">The cluster's own, from 0 to below 1: else every cluster's first members would wake together, a fifth of a site at one moment.</param>
    public static TimeSpan Offset(TimeSpan period, int index, int count, double phase) => period * (index + phase) / count;

    /// <summary>From 0 to below 1, by the name of a cluster, of a device without one, or of anything else to be spread: a number of it times the golden ratio, which spreads names that count on evenly.</summary>
    public static double Phase(string name)
    {
        uint number = 0;
        foreach (char c in name)
        {
            number = (number * 31) + c;
        }

        return number * 0x9E37_79B9u / (uint.MaxValue + 1.0);
    }

    /// <summary>Sleep to order a device that woke now, to follow its window: to the slot nearest to one period from now, so that
    /// neither an early nor a late wake adds one or loses one.</summary>
    /// <param name="offset">Place of its slots in the period; slots count from the Unix epoch.</param>
    public static TimeSpan SleepAfter(DateTimeOffset now, DutyCycle cycle, TimeSpan offset)
    {
        long period = cycle.Period.Ticks;
        long next = (now - DateTimeOffset.UnixEpoch).Ticks + period;
        long late = (next - offset.Ticks) % period;
        long slot = late <= period / 2 ? next - late : next - late + period;
        long sleep = slot - (next - period) - Window(cycle).Ticks;
        return TimeSpan.FromTicks(Math.Max(0, sleep));
    }
}
