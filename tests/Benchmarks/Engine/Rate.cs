using System.Diagnostics;

namespace Fog.Benchmarks.Engine;

/// <summary>How often something happened, by the clock and by the processor.</summary>
/// <param name="PerSecond">By the clock.</param>
/// <param name="PerTwoCores">In a second of two processor cores, which does not depend on what else the machine does.</param>
internal readonly record struct Rate(double PerSecond, double PerTwoCores)
{
    private const int Cores = 2;

    public static async Task<Rate> MeasureAsync(Func<Task<long>> work)
    {
        var (clock, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        long count = await work();
        var used = Environment.CpuUsage.TotalTime - processor;
        return new(count / Stopwatch.GetElapsedTime(clock).TotalSeconds, Cores * count / used.TotalSeconds);
    }

    /// <summary>The median of several measurements, after one that does not count.</summary>
    public static async Task<Rate> MedianAsync(int rounds, Func<Task<long>> work)
    {
        await work();
        var measured = new List<Rate>();
        for (int i = 0; i < rounds; i++)
        {
            measured.Add(await MeasureAsync(work));
        }

        return new(Median(measured.Select(static r => r.PerSecond)), Median(measured.Select(static r => r.PerTwoCores)));
    }

    public static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
