using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Firmware.Virtual;
using Fog.Grains;
using Fog.Simulation.Faults;

namespace Fog.Simulation;

/// <summary>One run of a whole fog. The same options give the same run.</summary>
public sealed record SimulationOptions
{
    public required int Nodes { get; init; }

    /// <summary>Virtual time with calls and faults; afterwards the run goes on without either until every call is settled.</summary>
    public required TimeSpan Duration { get; init; }

    public required ulong Seed { get; init; }

    public FaultLevel Faults { get; init; }

    /// <summary>Faults of the level that do not happen, all else being the same.</summary>
    public FaultKinds Without { get; init; }

    /// <summary>From wake to wake of a device.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>‰ of the period spent listening.</summary>
    public int DutyPermille { get; init; } = 100;

    /// <summary>Share of the wakes that carry a task.</summary>
    public double TaskShare { get; init; } = 0.01;

    /// <summary>Firmware is rolled out while the calls are made: to as many devices as a rollout can have.</summary>
    public bool Rollouts => Nodes <= GrainLimits.RolloutDevicesMax;

    /// <summary>Called every virtual minute with virtual time and wakes so far.</summary>
    public Action<TimeSpan, long>? Progress { get; init; }

    /// <summary>Another set of grain classes, or another disk: for tests of the simulation itself, which plant bugs.</summary>
    internal Action<FogEngineOptions>? Grains { get; init; }

    internal Func<SimulatedStore>? Store { get; init; }

    /// <summary>Called with a device and what happens to it, before the referee sees it: another firmware, for the same tests.</summary>
    internal Action<VirtualDevice, DeviceObservation>? Device { get; init; }
}

/// <summary>Where synced records are.</summary>
/// <param name="Records">What the engine sees.</param>
/// <param name="PowerLost">Told when the process died: what was not synced is gone.</param>
internal sealed record SimulatedStore(IRecordStore Records, Action PowerLost);
