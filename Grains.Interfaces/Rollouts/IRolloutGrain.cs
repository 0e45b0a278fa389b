using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Rollouts;

/// <summary>Brings one release to the devices of a site, stage by stage. One at a time. Key: the site.</summary>
[Alias("fog.IRolloutGrain")]
public interface IRolloutGrain : IGrainWithStringKey
{
    /// <summary>Begins with the site's devices as they are now, in an order that follows from the release; those that come later are taken in, last, when a stage ends.</summary>
    /// <exception cref="FogException"><see cref="FogError.UnknownRelease"/>, <see cref="FogError.RolloutConflict"/>: one is under way, <see cref="FogError.InvalidRequest"/>, <see cref="FogError.LimitExceeded"/>.</exception>
    [Alias("Start")]
    Task<RolloutView> Start(string release, RolloutPolicy policy);

    /// <exception cref="FogException"><see cref="FogError.UnknownRollout"/>: there never was one.</exception>
    [Alias("Describe")]
    Task<RolloutView> Describe();

    /// <summary>Offers nothing more; what a device has staged already, it starts.</summary>
    /// <exception cref="FogException"><see cref="FogError.UnknownRollout"/>, <see cref="FogError.RolloutConflict"/>: it has ended.</exception>
    [Alias("Pause")]
    Task<RolloutView> Pause();

    /// <summary>Goes on, and has the devices that failed try again.</summary>
    /// <exception cref="FogException">As <see cref="Pause"/>.</exception>
    [Alias("Resume")]
    Task<RolloutView> Resume();

    /// <summary>Ends it for good. Devices that run the release go on running it.</summary>
    /// <exception cref="FogException">As <see cref="Pause"/>.</exception>
    [Alias("Abort")]
    Task<RolloutView> Abort();

    /// <summary>A device said how far it is; durable on return. Idempotent.</summary>
    /// <returns>Whether to go on offering.</returns>
    [Alias("Report"), ResponseTimeout(GrainCalls.Timeout)]
    Task<bool> Report(NodeId node, UpdateReport report);
}

/// <param name="Stages">Shares of the site's devices in ‰, growing, 1 to 16 of them, the last one 1000 or less.</param>
/// <param name="SuccessPermille">Of the devices that a stage has reached, how many must confirm, 1 to 1000.</param>
/// <param name="PauseOn">Failures at which it pauses, 1 to 10,000.</param>
/// <param name="MissedWakesMax">Expected wakes in a row that a device may miss before it counts as missing, 1 to 1000.</param>
[GenerateSerializer, Immutable, Alias("fog.RolloutPolicy")]
public sealed record RolloutPolicy(ImmutableArray<int> Stages, int SuccessPermille, int PauseOn, int MissedWakesMax = 3);

public enum RolloutPhase : byte
{
    Running = 0,
    Paused = 1,
    /// <summary>Every stage has succeeded.</summary>
    Completed = 2,
    Aborted = 3,
}

/// <summary>Why a rollout does not run.</summary>
public enum RolloutHalt : byte
{
    None = 0,
    ByHand = 1,
    /// <summary>So many devices failed that it was to pause.</summary>
    Failures = 2,
    /// <summary>Too few of the stage's devices can still confirm.</summary>
    SuccessUnreachable = 3,
    /// <summary>A device found signature, image or size wrong: the release can succeed nowhere.</summary>
    ReleaseUnacceptable = 4,
}

/// <param name="Stage">From 0.</param>
/// <param name="Attempt">From 1, counted up by each resume.</param>
/// <param name="Devices">All that it is for.</param>
/// <param name="Quota">How many of them the present stage may reach.</param>
/// <param name="Reached">How many were ever offered the release.</param>
/// <param name="Missing">Did not come when they were expected.</param>
/// <param name="NotEligible">Of another board, or of a version that cannot be replaced or need not be.</param>
/// <param name="SentBytes">To devices, for this rollout.</param>
/// <param name="Failures">The latest, oldest first.</param>
[GenerateSerializer, Immutable, Alias("fog.RolloutView")]
public sealed record RolloutView(
    string Release,
    RolloutPhase Phase,
    RolloutHalt Halt,
    RolloutPolicy Policy,
    int Stage,
    int Attempt,
    DateTimeOffset StartedAt,
    int Devices,
    int Quota,
    int Reached,
    int UnderWay,
    int Confirmed,
    int Failed,
    int Missing,
    int NotEligible,
    long SentBytes,
    ImmutableArray<RolloutFailure> Failures);

[GenerateSerializer, Immutable, Alias("fog.RolloutFailure")]
public sealed record RolloutFailure(string Device, UpdateFault Fault, int Attempt);
