using Fog.Grains.Clusters;
using Fog.Simulation.Faults;
using Fog.Simulation.Shrinking;
using Fog.Simulation.Tests.Planted;
using Xunit.Abstractions;

namespace Fog.Simulation.Tests;

public class ShrinkerTests(ITestOutputHelper output)
{
    [Fact]
    public void A_bug_that_needs_no_fault_shrinks_to_a_small_run_without_any()
    {
        var failed = Fails();
        var minimal = Shrinker.Shrink(failed, TimeProvider.System);

        output.WriteLine($"{failed.Options.Nodes} devices, {failed.Options.Duration}, {FogSimulation.PlanOf(failed.Options).Kinds}, {failed.Steps} steps");
        output.WriteLine($"{minimal.Options.Nodes} devices, {minimal.Options.Duration}, {FogSimulation.PlanOf(minimal.Options).Kinds}, {minimal.Steps} steps");
        Assert.Equal(failed.Violation!.Invariant, minimal.Violation!.Invariant);
        Assert.NotEqual(FaultKinds.None, FogSimulation.PlanOf(failed.Options).Kinds);
        Assert.Equal(FaultKinds.None, FogSimulation.PlanOf(minimal.Options).Kinds);
        Assert.True(minimal.Options.Nodes < failed.Options.Nodes, $"{minimal.Options.Nodes} devices");
        Assert.True(minimal.Steps < failed.Steps, $"{minimal.Steps} steps of {failed.Steps}");
        Assert.NotEmpty(minimal.Violation.Trace);

        // What it says is what a replay of it shows, time cut off included.
        var again = Runs.Run(minimal.Options);
        Assert.Equal(minimal.Violation.Step, again.Violation!.Step);
        Assert.Equal(minimal.Violation.Trace, again.Violation.Trace);
    }

    [Fact]
    public void What_holds_cannot_be_shrunk() =>
        Assert.Throws<ArgumentException>(() => Shrinker.Shrink(Runs.Run(Runs.Of(1, FaultLevel.None)), TimeProvider.System));

    private static SimulationReport Fails()
    {
        for (ulong seed = 2; seed < 20; seed++)
        {
            var report = Runs.Run(Runs.Of(seed, FaultLevel.Heavy) with { Grains = GrainClasses.Replacing<ClusterGrain, TwiceCountingClusterGrain>() });
            if (report.Violation?.Invariant == Invariant.MajoritySentIt)
            {
                return report;
            }
        }

        throw new InvalidOperationException("No seed finds the planted bug.");
    }
}
