using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Fog.Client.Sdk.Cli.Output;
using Fog.Client.Sdk.Cli.Worlds;
using Fog.Simulation;
using Fog.Simulation.Faults;
using Fog.Simulation.Shrinking;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog sim</c>: a whole fog on virtual time, with faults, from a seed.</summary>
internal static class SimVerb
{
    /// <summary>Devices of a world, unless one says how many worlds there are.</summary>
    private const int WorldNodes = 10_000;

    private const int NodesMin = 3;

    private static readonly TimeSpan s_progressEvery = TimeSpan.FromHours(1);

    public static Command Make(Terminal terminal)
    {
        var nodes = new Option<int>("--nodes") { HelpName = "N", Description = "Devices. Default: 20.", DefaultValueFactory = _ => 20 };
        var days = new Option<double?>("--days") { HelpName = "D", Description = "Virtual days." };
        var hours = new Option<double?>("--hours") { HelpName = "H", Description = "Virtual hours. Default: 1." };
        var seed = new Option<ulong>("--seed") { HelpName = "S", Description = "The same seed replays the same run. Default: 1.", DefaultValueFactory = _ => 1 };
        var faults = new Option<FaultLevel>("--faults") { HelpName = "none|light|heavy", Description = "What goes wrong. Default: none." };
        var without = new Option<FaultKinds[]>("--without") { HelpName = "KIND", Description = "Kinds of faults that do not happen.", AllowMultipleArgumentsPerToken = true };
        var period = new Option<string>("--period") { HelpName = "TIME", Description = "From wake to wake of a device. Default: 60s.", DefaultValueFactory = _ => "60s" };
        var tasks = new Option<double>("--tasks") { HelpName = "SHARE", Description = "Share of the wakes that carry a task. Default: 0.01.", DefaultValueFactory = _ => 0.01 };
        var worlds = new Option<int?>("--worlds") { HelpName = "N", Description = $"Worlds that the devices are dealt out to, which share nothing and run on all cores. Default: one for every {WorldNodes} devices." };
        var command = new Command("sim", "Run a whole fog on virtual time, check its promises, and print a digest of all events.")
        {
            nodes, days, hours, seed, faults, without, period, tasks, worlds,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            int count = parsed.GetValue(nodes);
            var wakesEvery = Units.ParseDuration(parsed.GetValue(period)!);
            double time = parsed.GetValue(days) * 24 ?? parsed.GetValue(hours) ?? 1;
            double share = parsed.GetValue(tasks);
            if (count is < NodesMin or > 1_000_000 || wakesEvery is not { TotalSeconds: >= 1 and <= 86_400 } || time is not (> 0 and <= 24 * 366) || share is not (> 0 and <= 1))
            {
                return terminal.Fail(CliError.Usage("Simulate 3 to 1,000,000 devices with periods of 1s to 24h for up to a year, with a share of tasks above 0 and up to 1: see `fog sim --help`."));
            }

            int worldCount = parsed.GetValue(worlds) ?? WorldsOf(count);
            if (worldCount < 1 || worldCount > count / NodesMin)
            {
                return terminal.Fail(CliError.Usage($"{count} devices make 1 to {count / NodesMin} worlds of at least {NodesMin}: see `fog sim --help`."));
            }

            var options = new SimulationOptions
            {
                Nodes = count,
                Duration = TimeSpan.FromHours(time),
                Seed = parsed.GetValue(seed),
                Faults = parsed.GetValue(faults),
                Without = (parsed.GetValue(without) ?? []).Aggregate(FaultKinds.None, static (all, kind) => all | kind),
                Period = wakesEvery.Value,
                TaskShare = share,
            };
            return worldCount == 1 ? Print(terminal, RunOne(terminal, options), []) : await RunMany(terminal, options, worldCount, cancel);
        });
        return command;
    }

    private static int WorldsOf(int nodes) => (nodes + WorldNodes - 1) / WorldNodes;

    private static SimulationReport RunOne(Terminal terminal, SimulationOptions options)
    {
        var reported = TimeSpan.Zero;
        return FogSimulation.Run(
            options with
            {
                Progress = (virtualTime, wakes) =>
                {
                    if (terminal.Interactive && virtualTime - reported >= s_progressEvery)
                    {
                        reported = virtualTime;
                        terminal.Line($"{Units.Seconds(virtualTime.TotalSeconds)}: {wakes} wakes");
                    }
                },
            },
            TimeProvider.System);
    }

    /// <remarks>A world that fails is not made smaller here: it is a run like any other, and the command that is printed does that.</remarks>
    private static async Task<int> RunMany(Terminal terminal, SimulationOptions run, int count, CancellationToken cancel)
    {
        long began = Stopwatch.GetTimestamp();
        var worlds = Simulation.Worlds.Of(run, count);
        var reports = new SimulationReport[count];
        int next = -1;
        await Parallel.ForAsync(0, Math.Min(Environment.ProcessorCount, count), cancel, async (_, cancelled) =>
        {
            using var process = new WorldProcess();
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                reports[i] = await process.Run(worlds[i], cancelled);
                if (terminal.Interactive || reports[i].Violation is not null)
                {
                    terminal.Line($"world {i}: {(reports[i].Violation is { } v ? $"VIOLATED {v.Invariant}" : $"{reports[i].Wakes} wakes")}, digest {reports[i].Digest}");
                }
            }
        });
        return Print(terminal, Simulation.Worlds.Together(run, reports, Stopwatch.GetElapsedTime(began)), reports);
    }

    /// <remarks>What was found is said before the search for a smaller run begins, which may take twenty times as long as the run.</remarks>
    private static int Print(Terminal terminal, SimulationReport report, IReadOnlyList<SimulationReport> worlds)
    {
        bool hasRollouts = report.Options.Rollouts || worlds.Any(static w => w.Options.Rollouts);
        if (terminal.Json)
        {
            var minimal = report.Violation is null || worlds.Count > 0 ? null : Shrinker.Shrink(report, TimeProvider.System);
            terminal.Answer(new
            {
                report.Options.Nodes,
                report.Options.Seed,
                report.Options.Faults,
                VirtualSeconds = report.VirtualTime.TotalSeconds,
                RealSeconds = report.RealTime.TotalSeconds,
                report.Digest,
                report.Events,
                report.Steps,
                report.Wakes,
                report.WakesPerSecond,
                report.StateBytesPerDevice,
                report.Outcomes,
                report.OutvotedByLiars,
                report.SeatsFinished,
                report.Updates,
                report.FaultsInjected,
                WithRollouts = hasRollouts,
                Violation = report.Violation is { } v ? new { v.Invariant, v.Message, v.Step, v.Trace } : null,
                Minimal = minimal?.Violation is { } m ? new { Replay = Replay(minimal.Options), m.Message, m.Step, m.Trace } : null,
                Worlds = worlds.Select(static w => new { w.Options.Nodes, w.Digest, w.Violation, Replay = Replay(w.Options) }),
            });
        }
        else
        {
            Write($"{report.Options.Nodes} devices{(worlds.Count == 0 ? "" : $" in {worlds.Count} worlds")}, {Units.Seconds(report.VirtualTime.TotalSeconds)} of virtual time in {Units.Seconds(report.RealTime.TotalSeconds)}, seed {report.Options.Seed}, faults {report.Options.Faults.ToString().ToLowerInvariant()}");
            Write($"digest    {report.Digest} over {report.Events} events in {report.Steps} steps");
            Write($"wakes     {report.Wakes}, {report.WakesPerSecond:0} a second");
            Write($"state     {report.StateBytesPerDevice} bytes a device");
            Write($"outcomes  {Counts(report.Outcomes)}");
            if (hasRollouts)
            {
                Write($"rollouts  {Counts(report.Updates.Rollouts)}; {report.Updates.Confirmed} of {report.Updates.Trials} starts on probation confirmed, {report.Updates.RolledBack} rolled back");
            }

            Write($"faults    {Counts(report.FaultsInjected)}");
            if (report.OutvotedByLiars > 0)
            {
                Write($"liars     had the majority of {report.OutvotedByLiars} votes, which no vote can tell");
            }

            if (report.Violation is not { } violation)
            {
                bool hasAll = worlds.Count == 0 ? hasRollouts : worlds.All(static w => w.Options.Rollouts);
                string except = hasAll ? "" : ", but for those of rollouts where no rollout can have so many devices";
                Write($"held      every invariant{except}");
            }
            else if (worlds.Count > 0)
            {
                foreach (var world in worlds.Where(static w => w.Violation is not null))
                {
                    Write($"VIOLATED  {world.Violation!.Invariant} at step {world.Violation.Step} of seed {world.Options.Seed}: {world.Violation.Message}");
                    Write($"replay    {Replay(world.Options)}");
                }
            }
            else
            {
                Write($"VIOLATED  {violation.Invariant} at step {violation.Step} of seed {report.Options.Seed}: {violation.Message}");
                terminal.Out.Flush();
                var minimal = Shrinker.Shrink(report, TimeProvider.System);
                var least = minimal.Violation!;
                Write($"minimal   {Replay(minimal.Options)}");
                Write($"          fails at step {least.Step}: {least.Message}");
                foreach (string line in least.Trace)
                {
                    Write($"  {line}");
                }
            }
        }

        return report.Violation is null ? ExitCode.Success : ExitCode.Failed;

        void Write(FormattableString line) => terminal.Out.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string Replay(SimulationOptions options) => string.Create(
        CultureInfo.InvariantCulture,
        $"fog sim --nodes {options.Nodes} --hours {options.Duration.TotalHours:R} --seed {options.Seed} --faults {options.Faults.ToString().ToLowerInvariant()} --period {options.Period.TotalSeconds}s --tasks {options.TaskShare:R}{(options.Without == FaultKinds.None ? "" : $" --without {options.Without.ToString().Replace(",", "", StringComparison.Ordinal)}")}{(options.Nodes <= WorldNodes ? "" : " --worlds 1")}");

    private static string Counts(IReadOnlyDictionary<string, int> counts) =>
        counts.Count == 0 ? "none" : string.Join(", ", counts.Select(static c => string.Create(CultureInfo.InvariantCulture, $"{c.Key} {c.Value}")));
}
