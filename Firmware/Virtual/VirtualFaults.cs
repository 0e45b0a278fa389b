namespace Fog.Firmware.Virtual;

/// <summary>What is wrong with a virtual device. Default: nothing.</summary>
public sealed record VirtualFaults
{
    public Lie Lie { get; init; }

    /// <summary>It loses power in the middle of a run.</summary>
    public CrashFault? Crash { get; init; }

    /// <summary>Chance, 0 to 1, that a message of either direction is lost after the broker has acknowledged it.</summary>
    public double Loss { get; init; }
}

/// <summary>What a device says instead of its results, and of its snapshots; always well formed, its digest right.</summary>
public enum Lie
{
    None = 0,

    /// <summary>A wrong value of its own.</summary>
    Alone,

    /// <summary>The same wrong value as every other colluder.</summary>
    Colluding,
}

/// <summary>A crash in the middle of a run.</summary>
/// <param name="OnRun">The run it happens in, counted from 1 over the device's life. It happens once.</param>
/// <param name="BackAfter">When it comes back; null: it stays dead.</param>
public sealed record CrashFault(int OnRun, TimeSpan? BackAfter);
