using System.Diagnostics;
using Fog.Grains.Clusters;
using Fog.Grains.Nodes;
using Fog.Grains.Rollouts;
using Fog.Simulation.Faults;
using Fog.Simulation.Tests.Planted;
using Xunit.Abstractions;

namespace Fog.Simulation.Tests;

/// <summary>Many seeds on the product as it is, then on the product with a bug planted, which the same seeds must find.</summary>
public class SweepTests(ITestOutputHelper output)
{
    /// <summary>About a quarter of a second of processor time each, on two threads: half a minute on two idle cores.</summary>
    private const int Seeds = 200;

    [Fact]
    public async Task Every_invariant_holds_for_every_seed()
    {
        var began = Stopwatch.GetTimestamp();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var reports = await Task.WhenAll(Enumerable.Range(0, 2).Select(half => OnThread(() =>
            Enumerable.Range(0, Seeds).Where(seed => seed % 2 == half).Select(seed => Runs.Run(Sweep((ulong)seed))).ToList())));
        var all = reports.SelectMany(static r => r).ToList();

        output.WriteLine($"{Seeds} seeds in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s, {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:0.0} s of processor time.");
        output.WriteLine($"{all.Sum(r => r.Wakes)} wakes; {Sum(all.Select(r => r.Outcomes))}; {all.Sum(r => r.OutvotedByLiars)} votes that liars held; {all.Sum(r => r.SeatsFinished)} seats finished by the host; {Sum(all.Select(r => r.FaultsInjected))}");
        Assert.All(all, report => Assert.True(report.Violation is null, report.Describe()));

        var updates = all.Select(static r => r.Updates).ToList();
        output.WriteLine($"Rollouts: {Sum(updates.Select(static u => u.Rollouts))}; {updates.Sum(static u => u.Trials)} trials, {updates.Sum(static u => u.Confirmed)} confirmed, {updates.Sum(static u => u.RolledBack)} rolled back.");
        Assert.True(updates.Sum(static u => u.Confirmed) > Seeds && updates.Sum(static u => u.RolledBack) > Seeds / 2);
        Assert.Contains(all, static r => r.Updates.Rollouts.ContainsKey("Aborted"));

        // A sweep in which one of them never struck would prove nothing of it.
        string[] faults =
        [
            "message lost", "message repeated", "message delayed", "message damaged", "device crash", "device brown-out", "wire cut",
            "silo crash", "partition", "partition of grains", "call lost", "answer lost", "mail lost",
        ];
        Assert.Empty(faults.Except(all.SelectMany(static r => r.FaultsInjected.Keys)));
        Assert.Contains(all, static r => FogSimulation.PlanOf(r.Options) is { Liars: > 0, LiarsCollude: true });
        Assert.Contains(all, static r => r.SeatsFinished > 0);
        Assert.Contains(all, static r => FogSimulation.PlanOf(r.Options).DriftPpmMax > 0);
    }

    [Fact]
    public void A_tally_that_counts_a_member_twice_is_found() =>
        Finds(run => run with { Grains = GrainClasses.Replacing<ClusterGrain, TwiceCountingClusterGrain>() }, Invariant.MajoritySentIt);

    [Fact]
    public void A_host_s_result_that_counts_for_two_seats_is_found() =>
        Finds(run => run with { Grains = GrainClasses.Replacing<ClusterGrain, TwiceFinishingClusterGrain>() }, Invariant.MajoritySentIt);

    [Fact]
    public void An_election_without_terms_is_found() =>
        Finds(run => run with { Grains = GrainClasses.Replacing<ClusterGrain, TermlessClusterGrain>() }, Invariant.OneLeaderATerm);

    [Fact]
    public void A_mailbox_that_drops_on_reconnect_is_found() =>
        Finds(run => run with { Grains = GrainClasses.Replacing<NodeGrain, ForgetfulNodeGrain>() }, Invariant.NoMailLost);

    [Fact]
    public void A_commit_acknowledged_before_its_sync_is_found() => Finds(
        run => run with
        {
            Store = static () =>
            {
                var hasty = new HastyStore();
                return new(hasty, hasty.LosePower);
            },
        },
        Invariant.NothingAcceptedIsLost, Invariant.OneOutcome, Invariant.NoMailLost, Invariant.OneLeaderATerm, Invariant.OutcomeInTime);

    [Fact]
    public void Firmware_that_is_confirmed_before_it_came_up_is_found() =>
        Finds(run => run with { Device = HastyFirmware.Confirm }, Invariant.BadUpdateRollsBack, Invariant.ConfirmedIsTrue);

    [Fact]
    public void A_rollout_that_goes_to_all_devices_at_once_is_found() =>
        Finds(run => run with { Grains = GrainClasses.Replacing<RolloutGrain, StagelessRolloutGrain>() }, Invariant.BadUpdateStops);

    [Fact]
    public void A_rollout_that_takes_staged_for_confirmed_is_found() =>
        Finds(run => run with { Grains = GrainClasses.Replacing<RolloutGrain, CredulousRolloutGrain>() }, Invariant.ConfirmedIsTrue);

    /// <summary>The run of a seed: one in four without faults, half heavy, and half of those with so few devices that nobody is left for the seat of a lost one.</summary>
    private static SimulationOptions Sweep(ulong seed)
    {
        var run = Runs.Of(seed, (seed % 4) switch { 0 => FaultLevel.None, 1 => FaultLevel.Light, _ => FaultLevel.Heavy });
        return seed % 4 == 3 ? run with { Nodes = 3 } : run;
    }

    private void Finds(Func<SimulationOptions, SimulationOptions> plant, params Invariant[] expected)
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var report = Runs.Run(plant(Sweep(seed)));
            if (report.Violation is { } violation)
            {
                output.WriteLine($"Found by seed {seed}: {report.Describe()}");
                Assert.Contains(violation.Invariant, expected);
                Assert.NotEmpty(violation.Trace);
                return;
            }
        }

        Assert.Fail($"No seed below {Seeds} finds it.");
    }

    /// <summary>A simulation keeps to one thread: not one of the pool, which goes on elsewhere after an await.</summary>
    private static Task<T> OnThread<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string Sum(IEnumerable<IReadOnlyDictionary<string, int>> counts) => string.Join(
        ", ", counts.SelectMany(static c => c).GroupBy(static c => c.Key).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(static g => $"{g.Key} {g.Sum(c => c.Value)}"));
}
