using Fog.Firmware.Logic;

namespace Fog.Firmware.Virtual;

/// <summary>A virtual ESP32: who it is, what it can do, and what is wrong with it.</summary>
public sealed record VirtualDeviceOptions
{
    public required string Site { get; init; }

    public required string Node { get; init; }

    /// <summary>The device key, 32 bytes. Never logged.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Where its broker is: <see cref="Brokers.Tcp"/>, or whatever stands for a network.</summary>
    public required ConnectToBroker Broker { get; init; }

    /// <summary>Of nonces and faults. Take a fresh one for every run against a real silo: nonces must not repeat.</summary>
    public required ulong Seed { get; init; }

    /// <summary>From wake to wake, 100 ms to 24 h, until the fog orders otherwise.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>‰ of the period spent listening, 1 to 1000.</summary>
    public int DutyPermille { get; init; } = 100;

    /// <summary>Time from start to the first wake.</summary>
    public TimeSpan StartAfter { get; init; }

    /// <summary>
    /// Model of CPU speed: executing takes fuel over rate, however fast the host is. Default 2,000,000 units a second,
    /// a guess at an ESP32 at 240 MHz that awaits calibration on a board.
    /// </summary>
    public int FuelPerSecond { get; init; } = 2_000_000;

    /// <summary>Computing in one wake; a function that takes longer goes on in the next. Default 60 s.</summary>
    public TimeSpan ComputeBudget { get; init; } = TimeSpan.FromMicroseconds(FirmwareLimits.ComputeMicrosMax);

    /// <summary>Managed heap that a function may use, image included. Default 94 KB: what is free of 100 KB after start.</summary>
    public int HeapBytes { get; init; } = FirmwareLimits.HeapBytes;

    /// <summary>Flash for images, arguments and results. Default 192 KB: littlefs less two firmware slots.</summary>
    public int FlashBytes { get; init; } = 192 * 1024;

    /// <summary>Time to associate with the access point, spent at the start of every connection. Default none.</summary>
    public TimeSpan Association { get; init; }

    /// <summary>What of the battery is left at the start, in mAh of 2500. Default full.</summary>
    public double BatteryMilliampHours { get; init; } = VirtualBattery.CapacityMilliampHours;

    /// <summary>How much faster its clock runs than the site's, in parts per million. An ESP32 in deep sleep drifts by thousands.</summary>
    public double DriftPpm { get; init; }

    public VirtualFaults Faults { get; init; } = new();

    /// <summary>Shows no secret.</summary>
    public override string ToString() => $"virtual device {Site}/{Node}";
}
