namespace Fog.Simulation.Faults;

/// <summary>What can go wrong, by kind: a run can be told to do without some.</summary>
[Flags]
public enum FaultKinds
{
    None = 0,
    Loss = 1 << 0,
    Duplication = 1 << 1,

    /// <summary>And so reordering.</summary>
    Delay = 1 << 2,
    Corruption = 1 << 3,

    /// <summary>Byzantine results.</summary>
    Lies = 1 << 4,

    /// <summary>Of device clocks.</summary>
    Drift = 1 << 5,

    /// <summary>Brown-outs too.</summary>
    DeviceCrashes = 1 << 6,
    WireCuts = 1 << 7,
    SiloCrashes = 1 << 8,

    /// <summary>Torn, lost and unacknowledged commits.</summary>
    CommitCrashes = 1 << 9,

    /// <summary>Of proxy and broker.</summary>
    Partitions = 1 << 10,

    /// <summary>Of proxy and grains.</summary>
    GrainPartitions = 1 << 11,

    /// <summary>Firmware that does not come up, is not signed, or is older than what runs.</summary>
    BadReleases = 1 << 12,
}
