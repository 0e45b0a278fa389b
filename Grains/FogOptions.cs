using Fog.Grains.Rules;

namespace Fog.Grains;

/// <summary>What a site may tune; configuration section <c>Fog</c>. Every default is the reference system's or the protocol's.</summary>
public sealed record FogOptions
{
    public LivenessOptions Liveness { get; init; } = new();

    public ClusteringOptions Clustering { get; init; } = new();

    public VotingOptions Voting { get; init; } = new();

    public EnergyOptions Energy { get; init; } = new();

    /// <summary>How long a device may stay awake without an answer from the fog. Default 10 s (docs/protocol.md, "A wake").</summary>
    public TimeSpan AwakeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an awake device may be silent before its session is given up. Default 30 s: three of its keepalives.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long joining nodes are gathered before they are put into clusters. Default 1 s: long enough for a fleet that is switched on at once.</summary>
    public TimeSpan JoinWindow { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Period of the one reminder of a site. Default 1 min, the shortest that reminders know.</summary>
    public TimeSpan ReviveEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Pause before a call between grains that failed is made again. Default 1 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a running rollout looks for devices that missed their wakes. Default 5 s.</summary>
    public TimeSpan RolloutLook { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an outcome is kept. Default 24 h.</summary>
    public TimeSpan OutcomeKept { get; init; } = TimeSpan.FromHours(24);
}
