using Fog.Simulation.Faults;

namespace Fog.Simulation.Shrinking;

/// <summary>Makes a failing run small: fewer kinds of faults, fewer devices, fewer calls, less time, as long as the same invariant is violated. The same failure shrinks to the same run.</summary>
public static class Shrinker
{
    private const int RunsMax = 64;

    /// <summary>All tries together cost at most so many times the failing run.</summary>
    private const long CostMax = 20;

    private const int NodesMin = 3;
    private const double TaskShareMin = 0.01;

    /// <summary>After the violation nothing is of interest; it is to come while faults and calls still do.</summary>
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(1);

    /// <param name="failed">A report with a violation.</param>
    /// <param name="wallClock">As for <see cref="FogSimulation.Run"/>.</param>
    /// <returns>The smallest run found that fails in the same way: <paramref name="failed"/> itself if there is no smaller one.</returns>
    public static SimulationReport Shrink(SimulationReport failed, TimeProvider wallClock)
    {
        var invariant = failed.Violation?.Invariant ?? throw new ArgumentException("Nothing was violated.", nameof(failed));
        var smallest = failed with { Options = Cut(failed) };
        long stepsLeft = failed.Steps * CostMax;
        int runsLeft = RunsMax;
        bool shrank;
        do
        {
            shrank = false;
            foreach (var change in Changes(smallest.Options))
            {
                if (runsLeft-- <= 0 || stepsLeft <= 0)
                {
                    return smallest;
                }

                if (change(smallest.Options) is not { } options)
                {
                    continue;
                }

                var report = FogSimulation.Run(options, wallClock);
                stepsLeft -= report.Steps;
                if (report.Violation?.Invariant == invariant)
                {
                    smallest = report with { Options = Cut(report) };
                    shrank = true;
                }
            }
        }
        while (shrank);

        return smallest;
    }

    /// <summary>What may be tried; null where there is nothing left to take away. Time comes last: the rest decides when it happens.</summary>
    private static IEnumerable<Func<SimulationOptions, SimulationOptions?>> Changes(SimulationOptions failing)
    {
        var kinds = FogSimulation.PlanOf(failing).Kinds;
        yield return _ => kinds == FaultKinds.None ? null : failing with { Without = failing.Without | kinds };
        foreach (var kind in Enum.GetValues<FaultKinds>().Where(kind => kind != FaultKinds.None && kinds.HasFlag(kind)))
        {
            yield return options => options.Without.HasFlag(kind) ? null : options with { Without = options.Without | kind };
        }

        yield return static options => options.Nodes / 2 < NodesMin ? null : options with { Nodes = options.Nodes / 2 };
        yield return static options => options.Nodes - 1 < NodesMin ? null : options with { Nodes = options.Nodes - 1 };
        yield return static options => options.TaskShare / 2 < TaskShareMin ? null : options with { TaskShare = options.TaskShare / 2 };
        yield return static options => options.Duration < options.Period * 2 ? null : options with { Duration = options.Duration / 2 };
    }

    /// <summary>The time after the violation is cut off: up to there the run is the same.</summary>
    private static SimulationOptions Cut(SimulationReport report) =>
        report.Options with { Duration = TimeSpan.FromTicks(Math.Min(report.Options.Duration.Ticks, (report.Violation!.After + s_after).Ticks)) };
}
