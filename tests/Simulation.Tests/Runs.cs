using Fog.Simulation.Faults;

namespace Fog.Simulation.Tests;

/// <summary>Runs small enough that hundreds fit into a build.</summary>
internal static class Runs
{
    public static SimulationOptions Of(ulong seed, FaultLevel faults) => new()
    {
        Nodes = 10,
        Duration = TimeSpan.FromMinutes(6),
        Seed = seed,
        Faults = faults,
        Period = TimeSpan.FromSeconds(10),
        TaskShare = 0.3,
    };

    public static SimulationReport Run(SimulationOptions options) => FogSimulation.Run(options, TimeProvider.System);

    public static string Describe(this SimulationReport report) => report.Violation is { } violation
        ? $"Seed {report.Options.Seed} ({report.Options.Faults}), step {violation.Step}: {violation.Invariant}: {violation.Message}\n{string.Join('\n', violation.Trace)}"
        : $"Seed {report.Options.Seed} ({report.Options.Faults}): {string.Join(", ", report.Outcomes)}; faults {string.Join(", ", report.FaultsInjected)}; {report.Wakes} wakes, {report.RealTime.TotalSeconds:0.00} s";
}
