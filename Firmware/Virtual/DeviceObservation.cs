using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Virtual;

/// <summary>Something that happened to a virtual device.</summary>
public abstract record DeviceObservation(string Node, DateTimeOffset At);

public sealed record DeviceWoke(string Node, DateTimeOffset At, WakeCause Cause) : DeviceObservation(Node, At);

/// <summary>It started other firmware than before, or the same after its probation.</summary>
public sealed record DeviceStartedFirmware(string Node, DateTimeOffset At, uint Version, bool OnProbation) : DeviceObservation(Node, At);

/// <summary>It found no broker.</summary>
public sealed record DeviceFoundNoBroker(string Node, DateTimeOffset At) : DeviceObservation(Node, At);

/// <summary>A function ended with a result, which the fog may not have yet.</summary>
/// <param name="Lied">The result is not what the function returned.</param>
public sealed record DeviceRanTask(string Node, DateTimeOffset At, long FuelUsed, bool Lied) : DeviceObservation(Node, At);

/// <summary>A wake's compute budget was spent in the middle of a function, which goes on from a snapshot later.</summary>
/// <param name="FuelUsed">Of the whole task so far.</param>
/// <param name="Lied">The snapshot is not where the function stood.</param>
public sealed record DeviceSuspendedTask(string Node, DateTimeOffset At, long FuelUsed, bool Lied) : DeviceObservation(Node, At);

/// <summary>Its broker has taken it in.</summary>
public sealed record DeviceConnected(string Node, DateTimeOffset At) : DeviceObservation(Node, At);

/// <param name="For">By its own clock.</param>
/// <param name="MessagesDropped">Foreign, replayed, malformed or misplaced messages in this wake.</param>
public sealed record DeviceSlept(string Node, DateTimeOffset At, TimeSpan For, int MessagesDropped) : DeviceObservation(Node, At)
{
    /// <summary>Up to now.</summary>
    public required DeviceWear Wear { get; init; }
}

/// <summary>What a device has used up in its life.</summary>
/// <param name="FlashErases">Of sectors.</param>
/// <param name="SectorsWornOut">That cannot be written any more.</param>
/// <param name="FirmwareVersion">What runs: major·65536 + minor·256 + patch.</param>
public sealed record DeviceWear(double Joules, int BatteryMillivolts, int FlashErases, int SectorsWornOut, uint FirmwareVersion);

/// <param name="BackAfter">Null: it stays dead.</param>
public sealed record DeviceCrashed(string Node, DateTimeOffset At, TimeSpan? BackAfter) : DeviceObservation(Node, At);
