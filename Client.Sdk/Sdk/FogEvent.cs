namespace Fog.Client;

/// <summary>Something that changed at the silo's site.</summary>
/// <param name="Number">From 1, without gaps; the oldest events are dropped in time.</param>
/// <param name="Device">Whose presence changed, who leads, or who exceeded its rates.</param>
/// <param name="Term">Of the leader.</param>
/// <param name="Error">Why the call failed, or the effect was refused.</param>
/// <param name="Outvoted">Devices that gave another value than the result.</param>
/// <param name="Release">That is rolled out.</param>
/// <param name="Halt">Why the rollout paused or was aborted, as in <see cref="RolloutInfo"/>.</param>
/// <param name="StagePermille">Share of the devices that its present stage reaches.</param>
/// <param name="Stream">Name under which the function emitted <paramref name="Text"/>, or of what an effect that was refused is on.</param>
/// <param name="Text">What <see cref="Invocation.Emit"/> was given, halves of surrogate pairs replaced by U+FFFD.</param>
public sealed record FogEvent(
    long Number,
    FogEventKind Kind,
    DateTimeOffset At,
    string? Device = null,
    string? Cluster = null,
    uint? Term = null,
    string? Call = null,
    string? Function = null,
    string? Error = null,
    IReadOnlyList<string>? Outvoted = null,
    string? Release = null,
    string? Halt = null,
    int? StagePermille = null,
    string? Stream = null,
    string? Text = null);

public enum FogEventKind
{
    /// <summary>A device is a member of a cluster from now on.</summary>
    DeviceJoined,
    /// <summary>It did not come when it was expected.</summary>
    DeviceOverdue,
    /// <summary>It was overdue for so long that its cluster has given it up.</summary>
    DeviceLost,
    /// <summary>It was overdue, and has come.</summary>
    DeviceReturned,
    LeaderElected,
    CallAccepted,
    /// <summary>A call has its result.</summary>
    CallDecided,
    CallFailed,
    /// <summary>A rollout goes on with a stage.</summary>
    RolloutStage,
    RolloutPaused,
    /// <summary>All its stages have succeeded.</summary>
    RolloutCompleted,
    RolloutAborted,
    /// <summary>A device sent or connected so often that its connection was ended or refused.</summary>
    DeviceRateExceeded,
    /// <summary>A function emitted a text, once for its call.</summary>
    Emitted,
    /// <summary>An effect of a call cannot be applied: it is left out, and not tried again.</summary>
    EffectRefused,
}
