using System.Text.Json;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Invocations;

namespace Fog.Silo.Gateway.Invocations;

/// <summary>What a caller sees of its invocation.</summary>
/// <param name="Id">Its idempotency key.</param>
/// <param name="TakenBy">Key of the cluster or fog host that has it.</param>
public sealed record InvocationReply(
    string Id,
    string Function,
    InvocationPhase Phase,
    DateTimeOffset AcceptedAt,
    DateTimeOffset Deadline,
    string TakenBy,
    TallyReply Tally,
    OutcomeReply? Outcome)
{
    /// <param name="resultJson">With a result only.</param>
    public static InvocationReply Of(InvocationStatus status, string? resultJson) => new(
        status.Invocation.Name,
        status.Function.Name,
        status.Phase,
        status.AcceptedAt,
        status.Deadline,
        status.TakenBy,
        TallyReply.Of(status.Outcome?.Tally ?? status.Tally),
        status.Outcome is { } outcome ? OutcomeReply.Of(outcome, resultJson) : null);
}

/// <param name="Dissenters">Names of the devices in <paramref name="Against"/>.</param>
public sealed record TallyReply(int Seats, int For, int Against, int Missing, int Attempt, IReadOnlyList<string> Dissenters)
{
    public static TallyReply Of(TallyView tally) => new(
        tally.Seats,
        tally.For,
        tally.Against,
        tally.Missing,
        tally.Attempt,
        [.. tally.Dissenters.Select(node => node.Name)]);
}

/// <param name="Error">Name of a <see cref="FogError"/>; null with a result.</param>
/// <param name="Sha256">Of the canonical result (docs/values.md): equal digests are equal bits.</param>
/// <param name="Joules">Spent by the seats that answered.</param>
/// <param name="AlwaysOnJoules">What they would have used from acceptance to outcome, had they never slept.</param>
public sealed record OutcomeReply(
    string? Error,
    string? Message,
    JsonElement? Result,
    string? Sha256,
    int ResultBytes,
    long FuelUsed,
    double Joules,
    double AlwaysOnJoules,
    DateTimeOffset CompletedAt)
{
    public static OutcomeReply Of(Outcome outcome, string? resultJson) => new(
        outcome.Error == FogError.None ? null : outcome.Error.ToString(),
        outcome.Error == FogError.None ? null : outcome.Message,
        resultJson is null ? null : JsonElement.Parse(resultJson),
        outcome.Result?.Digest.Hex,
        outcome.Result?.SizeBytes ?? 0,
        outcome.FuelUsed,
        outcome.Joules,
        outcome.AlwaysOnJoules,
        outcome.CompletedAt);
}
