namespace Fog.Grains.Rules;

/// <summary>Currents of a device in each of its states, in ampere.</summary>
/// <remarks>The reference model (after Zhu et al., MobiSys'09) knows two: active and asleep. A measured board sets the others.</remarks>
public sealed record EnergyOptions
{
    /// <summary>Reference model's active ESP32, and so of a device that never sleeps.</summary>
    public const double ActiveAmperes = 0.260;

    /// <summary>Supply voltage. Default 3.3 V, an ESP32 module's.</summary>
    public double Volts { get; init; } = 3.3;

    /// <summary>Of the device that never sleeps, the baseline of every comparison. Default 0.260 A.</summary>
    public double AlwaysOnAmperes { get; init; } = ActiveAmperes;

    /// <summary>Joining the access point and the broker. Default 0.260 A.</summary>
    public double ConnectAmperes { get; init; } = ActiveAmperes;

    /// <summary>Awake without work. Default 0.260 A.</summary>
    public double IdleAmperes { get; init; } = ActiveAmperes;

    /// <summary>Default 0.260 A.</summary>
    public double ReceiveAmperes { get; init; } = ActiveAmperes;

    /// <summary>Default 0.260 A.</summary>
    public double ExecuteAmperes { get; init; } = ActiveAmperes;

    /// <summary>Default 0.260 A.</summary>
    public double TransmitAmperes { get; init; } = ActiveAmperes;

    /// <summary>Default 2.5 µA: ESP32 hibernation, as in the reference model.</summary>
    public double SleepAmperes { get; init; } = 2.5e-6;

    /// <summary>Days that a node's ledger keeps apart. Default 31.</summary>
    public int DaysKept { get; init; } = 31;
}
