using System.Text.Json;

namespace Fog.Client;

/// <summary>Where a call stands.</summary>
/// <param name="Id">Its idempotency key.</param>
/// <param name="TakenBy">Key of the cluster or fog host that has it.</param>
/// <param name="Outcome">Null while it runs.</param>
public sealed record InvocationInfo(
    string Id,
    string Function,
    InvocationPhase Phase,
    DateTimeOffset AcceptedAt,
    DateTimeOffset Deadline,
    string TakenBy,
    Tally Tally,
    Outcome? Outcome);

public enum InvocationPhase
{
    Running,
    Completed,
    Failed,
}

/// <summary>State of a vote.</summary>
/// <param name="For">Seats that gave the winning value (while open: the most frequent one).</param>
/// <param name="Against">Seats that gave another value or could not run it.</param>
/// <param name="Missing">Seats that have not answered.</param>
/// <param name="Attempt">From 1; more after a re-dispatch.</param>
/// <param name="Dissenters">Names of the devices in <paramref name="Against"/>.</param>
public sealed record Tally(int Seats, int For, int Against, int Missing, int Attempt, IReadOnlyList<string> Dissenters);

/// <summary>How a call ended.</summary>
/// <param name="Error">Null with a result.</param>
/// <param name="Sha256">Of the canonical result: equal digests are equal bits.</param>
/// <param name="FuelUsed">By one run.</param>
/// <param name="Joules">Spent by the seats that answered.</param>
/// <param name="AlwaysOnJoules">What those devices would have used from acceptance to outcome, had they never slept.</param>
public sealed record Outcome(
    string? Error,
    string? Message,
    JsonElement? Result,
    string? Sha256,
    int ResultBytes,
    long FuelUsed,
    double Joules,
    double AlwaysOnJoules,
    DateTimeOffset CompletedAt);
