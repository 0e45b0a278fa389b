using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Faults;

public enum FaultLevel
{
    None = 0,
    Light = 1,
    Heavy = 2,
}

/// <summary>What goes wrong in one run. Chances are per message or per commit; means are of Poisson processes over virtual time.</summary>
public sealed record FaultPlan
{
    public double Loss { get; init; }

    public double Duplication { get; init; }

    /// <summary>Chance that a message is late, and so comes after others.</summary>
    public double Delay { get; init; }

    public TimeSpan DelayMax { get; init; }

    /// <summary>Chance that a bit of a message is flipped on its way.</summary>
    public double Corruption { get; init; }

    /// <summary>Devices whose results are wrong.</summary>
    public int Liars { get; init; }

    /// <summary>They agree on the wrong value.</summary>
    public bool LiarsCollude { get; init; }

    /// <summary>Device clocks run up to that much fast or slow.</summary>
    public double DriftPpmMax { get; init; }

    /// <summary>Between crashes of devices, over the whole fleet; null: none. Half of them are brown-outs, which clear memory too.</summary>
    public TimeSpan? DeviceCrashMean { get; init; }

    /// <summary>Between cuts of one device's connection.</summary>
    public TimeSpan? WireCutMean { get; init; }

    /// <summary>Between crashes of the silo at any moment; it restarts from its disk.</summary>
    public TimeSpan? SiloCrashMean { get; init; }

    /// <summary>Chance that a commit is the silo's last: half the time it was synced but never acknowledged.</summary>
    public double CrashAtCommit { get; init; }

    public TimeSpan SiloDownMax { get; init; }

    /// <summary>Between partitions of proxy and broker.</summary>
    public TimeSpan? PartitionMean { get; init; }

    /// <summary>Between partitions of proxy and grains.</summary>
    public TimeSpan? GrainPartitionMean { get; init; }

    public TimeSpan PartitionMax { get; init; }

    /// <summary>Chance that a release does not come up, is not signed, or is older than what runs.</summary>
    public double BadReleases { get; init; }

    public bool TouchesMessages => Loss + Duplication + Delay + Corruption > 0;

    /// <summary>What there is in it.</summary>
    public FaultKinds Kinds =>
        (Loss > 0 ? FaultKinds.Loss : 0)
        | (Duplication > 0 ? FaultKinds.Duplication : 0)
        | (Delay > 0 ? FaultKinds.Delay : 0)
        | (Corruption > 0 ? FaultKinds.Corruption : 0)
        | (Liars > 0 ? FaultKinds.Lies : 0)
        | (DriftPpmMax > 0 ? FaultKinds.Drift : 0)
        | (DeviceCrashMean is not null ? FaultKinds.DeviceCrashes : 0)
        | (WireCutMean is not null ? FaultKinds.WireCuts : 0)
        | (SiloCrashMean is not null ? FaultKinds.SiloCrashes : 0)
        | (CrashAtCommit > 0 ? FaultKinds.CommitCrashes : 0)
        | (PartitionMean is not null ? FaultKinds.Partitions : 0)
        | (GrainPartitionMean is not null ? FaultKinds.GrainPartitions : 0)
        | (BadReleases > 0 ? FaultKinds.BadReleases : 0);

    public FaultPlan Without(FaultKinds kinds) => this with
    {
        Loss = kinds.HasFlag(FaultKinds.Loss) ? 0 : Loss,
        Duplication = kinds.HasFlag(FaultKinds.Duplication) ? 0 : Duplication,
        Delay = kinds.HasFlag(FaultKinds.Delay) ? 0 : Delay,
        Corruption = kinds.HasFlag(FaultKinds.Corruption) ? 0 : Corruption,
        Liars = kinds.HasFlag(FaultKinds.Lies) ? 0 : Liars,
        DriftPpmMax = kinds.HasFlag(FaultKinds.Drift) ? 0 : DriftPpmMax,
        DeviceCrashMean = kinds.HasFlag(FaultKinds.DeviceCrashes) ? null : DeviceCrashMean,
        WireCutMean = kinds.HasFlag(FaultKinds.WireCuts) ? null : WireCutMean,
        SiloCrashMean = kinds.HasFlag(FaultKinds.SiloCrashes) ? null : SiloCrashMean,
        CrashAtCommit = kinds.HasFlag(FaultKinds.CommitCrashes) ? 0 : CrashAtCommit,
        PartitionMean = kinds.HasFlag(FaultKinds.Partitions) ? null : PartitionMean,
        GrainPartitionMean = kinds.HasFlag(FaultKinds.GrainPartitions) ? null : GrainPartitionMean,
        BadReleases = kinds.HasFlag(FaultKinds.BadReleases) ? 0 : BadReleases,
    };

    /// <summary>Which of a level's faults a run has, and how hard they hit, follows from its seed: alone and together they find different bugs.</summary>
    /// <param name="period">Of the devices: rare events are rare in periods.</param>
    public static FaultPlan Of(FaultLevel level, SeededRandom random, TimeSpan period)
    {
        if (level == FaultLevel.None)
        {
            return new();
        }

        bool heavy = level == FaultLevel.Heavy;
        double Chance(double light, double much) => random.Happens(heavy ? 0.8 : 0.5) ? random.Share() * (heavy ? much : light) : 0;
        TimeSpan? Mean(double lightPeriods, double heavyPeriods) => random.Happens(heavy ? 0.8 : 0.5) ? period * (heavy ? heavyPeriods : lightPeriods) : null;
        return new()
        {
            Loss = Chance(0.01, 0.1),
            Duplication = Chance(0.01, 0.1),
            Delay = Chance(0.02, 0.2),
            DelayMax = TimeSpan.FromSeconds(heavy ? 5 : 1),
            Corruption = Chance(0.002, 0.02),
            Liars = random.Below(heavy ? 3 : 2),
            LiarsCollude = random.Happens(0.7),
            DriftPpmMax = Chance(2_000, 20_000),
            DeviceCrashMean = Mean(10, 2),
            WireCutMean = Mean(10, 2),
            SiloCrashMean = Mean(100, 30),
            CrashAtCommit = Chance(0.0002, 0.002),
            SiloDownMax = TimeSpan.FromSeconds(heavy ? 60 : 10),
            PartitionMean = Mean(100, 40),
            PartitionMax = TimeSpan.FromSeconds(heavy ? 45 : 10),
            GrainPartitionMean = Mean(100, 40),
            BadReleases = Chance(0.7, 1),
        };
    }
}
