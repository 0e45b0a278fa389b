using System.Collections.Immutable;
using Fog.Firmware.Loader.Identity;
using Fog.Firmware.Logic;
using Fog.Firmware.Virtual.Boards;

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

    /// <summary>What it is made of. Default an ESP32-WROOM-32.</summary>
    public Board Board { get; init; } = Board.Esp32;

    /// <summary>Computing in one wake; a function that takes longer goes on in the next. Default 60 s.</summary>
    public TimeSpan ComputeBudget { get; init; } = TimeSpan.FromMicroseconds(FirmwareLimits.ComputeMicrosMax);

    /// <summary>Version of the firmware it is made with: major·65536 + minor·256 + patch.</summary>
    public uint FirmwareVersion { get; init; } = 0x000100;

    /// <summary>Public keys whose releases it takes, at most four: RSA moduli of 2048 or 3072 bits, big-endian. Default none, so that it takes no release.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> ReleaseKeys { get; init; } = [];

    /// <summary>What the image of a release does here. Default: what this device's firmware does, whatever the image is.</summary>
    public Func<ReadOnlyMemory<byte>, FirmwareBehaviour> Behaviour { get; init; } = _ => FirmwareBehaviour.Works;

    /// <summary>What of the battery is left at the start, in mAh of 2500. Default full.</summary>
    public double BatteryMilliampHours { get; init; } = VirtualBattery.CapacityMilliampHours;

    /// <summary>What its sensors read, by name and time, in a unit of the owner's; NaN: nothing now. Default none.</summary>
    public IReadOnlyDictionary<string, Func<DateTimeOffset, double>> Sensors { get; init; } = ImmutableDictionary<string, Func<DateTimeOffset, double>>.Empty;

    /// <summary>How much faster its clock runs than the site's, in parts per million. Default: drawn within what the board's may drift by.</summary>
    public double? DriftPpm { get; init; }

    public VirtualFaults Faults { get; init; } = new();

    /// <summary>A device as its claim says (docs/protocol.md, "Claim"); null: it is no claim, or one for TLS, which virtual devices do not speak.</summary>
    /// <param name="seed">Of nonces and faults; see <see cref="Seed"/>.</param>
    public static VirtualDeviceOptions? OfClaim(string claim, ulong seed) => Claim.Parse(claim) is { IsTls: false } read
        ? new VirtualDeviceOptions { Site = read.Site, Node = read.Node, Key = read.Key, Broker = Brokers.Tcp(read.Host.Trim('[', ']'), read.Port), Seed = seed }
        : null;

    /// <summary>Shows no secret.</summary>
    public override string ToString() => $"virtual device {Site}/{Node}";
}
