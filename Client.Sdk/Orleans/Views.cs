using System.Text.Json;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Client;

/// <summary>The grains' views in the client's own words, as the gateway's JSON reads.</summary>
internal static class Views
{
    public static FunctionInfo Of(FunctionView view) =>
        new(view.Function.Name, view.Version, view.Signature, view.Replicas, view.Module.Hex, view.ModuleBytes, view.Image.Hex, view.ImageBytes);

    public static KeptValueInfo Of(KeptValue value) => new(value.Key, value.Text, value.Stamp.Call.Name, value.Stamp.AcceptedAt);

    public static ClusterInfo Of(ClusterView view) => new(
        view.Cluster.Name,
        view.Term,
        view.Leader?.Name,
        [.. view.Members.Select(static member => member.Node.Name).Order(StringComparer.Ordinal)],
        view.OpenVotes);

    public static DeviceInfo Of(ClusterView cluster, MemberView member) => new(
        member.Node.Name,
        cluster.Cluster.Name,
        cluster.Leader == member.Node,
        NameOf(member.Presence),
        member.DutyCycle.Period.TotalSeconds,
        member.DutyCycle.ListenPermille / 10.0,
        member.LastConnection,
        member.NextWake,
        member.VotesFor,
        member.VotesAgainst);

    public static DeviceDetail Of(NodeView view) => new(
        view.Node.Name,
        view.Cluster?.Name,
        view.Leader,
        NameOf(view.Presence),
        view.DutyCycle.Period.TotalSeconds,
        view.DutyCycle.ListenPermille / 10.0,
        $"{view.FirmwareVersion >> 16}.{(view.FirmwareVersion >> 8) & 0xFF}.{view.FirmwareVersion & 0xFF}",
        view.BatteryMillivolts,
        view.LastSeen,
        view.NextWake,
        view.MailCount,
        view.Energy.Observed.TotalSeconds,
        view.Energy.Coulombs,
        view.Energy.Joules,
        view.Energy.AlwaysOnJoules);

    /// <param name="resultJson">With a result only.</param>
    public static InvocationInfo Of(InvocationStatus status, string? resultJson) => new(
        status.Invocation.Name,
        status.Function.Name,
        (InvocationPhase)status.Phase,
        status.AcceptedAt,
        status.Deadline,
        status.TakenBy,
        Of(status.Outcome?.Tally ?? status.Tally),
        status.Outcome is { } outcome ? Of(outcome, resultJson) : null);

    public static FogEvent Of(JournalEntry entry)
    {
        var happened = entry.Event;
        return new(
            entry.Number,
            Enum.Parse<FogEventKind>(happened.Kind.ToString()),
            happened.At,
            happened.Device?.Name,
            happened.Cluster?.Name,
            happened.Term,
            happened.Call?.Name,
            happened.Function?.Name,
            happened.Error == FogError.None ? null : happened.Error.ToString(),
            happened.Outvoted.IsDefaultOrEmpty ? null : [.. happened.Outvoted.Select(static node => node.Name)],
            happened.Release,
            happened.Halt == RolloutHalt.None ? null : CamelCase(happened.Halt.ToString()),
            happened.StagePermille,
            happened.Stream,
            happened.Text);
    }

    public static ReleaseInfo Of(ReleaseView view) =>
        new(view.Name, view.Release.Hex, view.Board, view.Version, view.MinimumVersion, view.SizeBytes, view.KeyId, view.AddedAt);

    public static RolloutInfo Of(RolloutView view) => new(
        view.Release,
        CamelCase(view.Phase.ToString()),
        view.Halt == RolloutHalt.None ? null : CamelCase(view.Halt.ToString()),
        view.Stage + 1,
        view.Policy.Stages,
        view.Policy.SuccessPermille,
        view.Policy.PauseOn,
        view.Policy.MissedWakesMax,
        view.Attempt,
        view.StartedAt,
        view.Devices,
        view.Quota,
        view.Reached,
        view.UnderWay,
        view.Confirmed,
        view.Failed,
        view.Missing,
        view.NotEligible,
        view.SentBytes,
        [.. view.Failures.Select(static f => new RolloutFailure(f.Device, CamelCase(f.Fault.ToString()), f.Attempt))]);

    private static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static Tally Of(TallyView tally) =>
        new(tally.Seats, tally.For, tally.Against, tally.Missing, tally.Attempt, [.. tally.Dissenters.Select(static node => node.Name)]);

    private static Outcome Of(Fog.Grains.Interfaces.Invocations.Outcome outcome, string? resultJson) => new(
        outcome.Error == FogError.None ? null : outcome.Error.ToString(),
        outcome.Error == FogError.None ? null : outcome.Message,
        resultJson is null ? null : JsonElement.Parse(resultJson),
        outcome.Result?.Digest.Hex,
        outcome.Result?.SizeBytes ?? 0,
        outcome.FuelUsed,
        outcome.Joules,
        outcome.AlwaysOnJoules,
        outcome.CompletedAt);

    private static string NameOf(NodePresence presence) => presence.ToString().ToLowerInvariant();
}
