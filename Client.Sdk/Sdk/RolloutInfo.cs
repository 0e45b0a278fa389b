namespace Fog.Client;

/// <summary>How a release comes to the site's devices.</summary>
public sealed record RolloutOptions
{
    /// <summary>Growing shares of the devices in ‰. Default 5%, 25%, 100%.</summary>
    public IReadOnlyList<int> StagesPermille { get; init; } = [50, 250, 1000];

    /// <summary>How many of the devices that a stage has reached must confirm, in ‰. Default 95%.</summary>
    public int SuccessPermille { get; init; } = 950;

    /// <summary>Failures at which it pauses. Default 2.</summary>
    public int PauseOn { get; init; } = 2;

    /// <summary>Expected wakes in a row that a device may miss before it counts as missing. Default 3.</summary>
    public int MissedWakesMax { get; init; } = 3;
}

/// <summary>Where the site's rollout stands.</summary>
/// <param name="Phase"><c>running</c>, <c>paused</c>, <c>completed</c> or <c>aborted</c>.</param>
/// <param name="Halt">Why it does not run: <c>byHand</c>, <c>failures</c>, <c>successUnreachable</c>, <c>releaseUnacceptable</c>; else null.</param>
/// <param name="Stage">From 1.</param>
/// <param name="Attempt">From 1, counted up by each resume.</param>
/// <param name="Devices">All that it is for.</param>
/// <param name="Quota">Devices that the present stage may reach.</param>
/// <param name="Reached">Devices that were ever offered the release.</param>
/// <param name="Missing">Did not come when they were expected.</param>
/// <param name="NotEligible">Of another board, or of a version that cannot be replaced or need not be.</param>
/// <param name="SentBytes">To devices, for this rollout.</param>
/// <param name="Failures">The latest 16, oldest first.</param>
public sealed record RolloutInfo(
    string Release,
    string Phase,
    string? Halt,
    int Stage,
    IReadOnlyList<int> StagesPermille,
    int SuccessPermille,
    int PauseOn,
    int MissedWakesMax,
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
    IReadOnlyList<RolloutFailure> Failures);

/// <param name="Fault">As docs/updates.md names it, in camel case.</param>
public sealed record RolloutFailure(string Device, string Fault, int Attempt);

/// <summary>What can be done to a rollout that is under way.</summary>
public enum RolloutStep
{
    Pause,
    Resume,
    Abort,
}
