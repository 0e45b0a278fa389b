using System.Security.Cryptography;
using System.Text;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation;

/// <summary>A run as several worlds that share nothing: each is a run of its own, with a site, a silo, devices and a seed of its own.</summary>
/// <remarks>Worlds may run in any order and beside each other: what a run comes to does not depend on it.</remarks>
public static class Worlds
{
    /// <summary>The devices of the run dealt out as evenly as can be, and for each world a seed that follows from the run's. One world is the run itself.</summary>
    /// <param name="count">At least 1, at most the devices of the run.</param>
    public static IReadOnlyList<SimulationOptions> Of(SimulationOptions run, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, run.Nodes);
        if (count == 1)
        {
            return [run];
        }

        var seeds = new SeededRandom(run.Seed);
        return [.. Enumerable.Range(0, count).Select(i => run with
        {
            Nodes = (run.Nodes / count) + (i < run.Nodes % count ? 1 : 0),
            Seed = seeds.Next(),
        })];
    }

    /// <summary>What the run came to: sums over its worlds, and a digest of their digests in their order.</summary>
    /// <param name="worlds">Of each world of the run, in their order.</param>
    /// <param name="realTime">That all of them took together.</param>
    /// <returns>Its violation is the first world's that has one, whose report has its seed.</returns>
    public static SimulationReport Together(SimulationOptions run, IReadOnlyList<SimulationReport> worlds, TimeSpan realTime) => new(
        run,
        DigestOf(worlds),
        worlds.Sum(static w => w.Events),
        worlds.Sum(static w => w.Steps),
        worlds.Sum(static w => w.Wakes),
        Sum(worlds.Select(static w => w.Outcomes)),
        worlds.Sum(static w => w.OutvotedByLiars),
        worlds.Sum(static w => w.SeatsFinished),
        new(
            Sum(worlds.Select(static w => w.Updates.Rollouts)),
            worlds.Sum(static w => w.Updates.Trials),
            worlds.Sum(static w => w.Updates.Confirmed),
            worlds.Sum(static w => w.Updates.RolledBack)),
        Sum(worlds.Select(static w => w.FaultsInjected)),
        worlds.Max(static w => w.VirtualTime),
        realTime,
        worlds.Sum(static w => w.StateBytesPerDevice * w.Options.Nodes) / run.Nodes,
        worlds.FirstOrDefault(static w => w.Violation is not null)?.Violation);

    private static string DigestOf(IReadOnlyList<SimulationReport> worlds) => worlds is [var only]
        ? only.Digest
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', worlds.Select(static w => w.Digest)))))[..32];

    private static SortedDictionary<string, int> Sum(IEnumerable<IReadOnlyDictionary<string, int>> counts)
    {
        var sums = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, count) in counts.SelectMany(static c => c))
        {
            sums[name] = sums.GetValueOrDefault(name) + count;
        }

        return sums;
    }
}
