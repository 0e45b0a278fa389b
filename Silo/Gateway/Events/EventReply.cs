using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Silo.Gateway.Events;

/// <param name="Number">From 1, without gaps.</param>
/// <param name="Device">Whose presence changed, who leads, or who exceeded its rates.</param>
/// <param name="Term">Of the leader.</param>
/// <param name="Error">Why the call failed, or the effect was refused.</param>
/// <param name="Release">That is rolled out.</param>
/// <param name="Halt">Why the rollout paused or was aborted.</param>
/// <param name="StagePermille">Share of the devices that its present stage reaches.</param>
/// <param name="Outvoted">Devices that gave another value than the result.</param>
/// <param name="Stream">Name under which a function emitted <paramref name="Text"/>, or of what an effect that was refused is on.</param>
/// <param name="Text">At most 2,044 UTF-16 units; of an effect that was refused, why.</param>
public sealed record EventReply(
    long Number,
    SiteEventKind Kind,
    DateTimeOffset At,
    string? Device,
    string? Cluster,
    uint? Term,
    string? Call,
    string? Function,
    string? Error,
    IReadOnlyList<string>? Outvoted,
    string? Release,
    RolloutHalt? Halt,
    int? StagePermille,
    string? Stream,
    string? Text)
{
    public static EventReply Of(JournalEntry entry)
    {
        var happened = entry.Event;
        return new(
            entry.Number,
            happened.Kind,
            happened.At,
            happened.Device?.Name,
            happened.Cluster?.Name,
            happened.Term,
            happened.Call?.Name,
            happened.Function?.Name,
            happened.Error == FogError.None ? null : happened.Error.ToString(),
            happened.Outvoted.IsDefaultOrEmpty ? null : [.. happened.Outvoted.Select(static node => node.Name)],
            happened.Release,
            happened.Halt == RolloutHalt.None ? null : happened.Halt,
            happened.StagePermille,
            happened.Stream,
            happened.Text);
    }
}
