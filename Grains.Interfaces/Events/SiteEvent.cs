using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Interfaces.Events;

/// <summary>Values are stored: never renumbered.</summary>
public enum SiteEventKind : byte
{
    /// <summary>A device is a member of a cluster from now on.</summary>
    DeviceJoined = 1,
    /// <summary>It did not come when it was expected.</summary>
    DeviceOverdue = 2,
    /// <summary>It was overdue for so long that its cluster has given it up.</summary>
    DeviceLost = 3,
    /// <summary>It was overdue, and has come.</summary>
    DeviceReturned = 4,
    LeaderElected = 5,
    CallAccepted = 6,
    /// <summary>A call has its result.</summary>
    CallDecided = 7,
    CallFailed = 8,
    RolloutStage = 9,
    RolloutPaused = 10,
    RolloutCompleted = 11,
    RolloutAborted = 12,
    /// <summary>A device sent or connected so often that its connection was ended or refused.</summary>
    DeviceRateExceeded = 15,
    /// <summary>A function said something, once for its call.</summary>
    Emitted = 13,
    /// <summary>An effect of a call cannot be applied: it is left out, and not tried again.</summary>
    EffectRefused = 14,
}

/// <summary>Something that changed at a site, for people and their tools: what the fog itself decides by stands in its grains' states.</summary>
/// <param name="Device">Whose presence changed, who leads, or who exceeded its rates.</param>
/// <param name="Term">Of the leader.</param>
/// <param name="Error">Why the call failed, or the effect was refused.</param>
/// <param name="Release">That is rolled out.</param>
/// <param name="Halt">Why the rollout paused or was aborted.</param>
/// <param name="StagePermille">Share of the devices that its present stage reaches.</param>
/// <param name="Outvoted">Devices that gave another value than the result; default where there is no vote.</param>
/// <param name="Stream">Name under which the function emitted <paramref name="Text"/>, or of what an effect that was refused is on.</param>
/// <param name="Text">At most 2,044 UTF-16 units.</param>
/// <param name="Effect">Which of the call's effects it is, from 0: the same when it comes a second time.</param>
[GenerateSerializer, Immutable, Alias("fog.SiteEvent")]
public sealed record SiteEvent(
    SiteEventKind Kind,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NodeId? Device = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ClusterId? Cluster = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] uint? Term = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] InvocationId? Call = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FunctionId? Function = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] FogError Error = FogError.None,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ImmutableArray<NodeId> Outvoted = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Release = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] RolloutHalt Halt = RolloutHalt.None,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? StagePermille = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Stream = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Effect = null)
{
    /// <summary>A change of a device's presence in its cluster.</summary>
    public static SiteEvent Of(SiteEventKind kind, DateTimeOffset at, NodeId device, ClusterId cluster, uint? term = null) => new(kind, at, device, cluster, term);

    public static SiteEvent RateExceeded(DateTimeOffset at, NodeId device) => new(SiteEventKind.DeviceRateExceeded, at, device);

    /// <param name="stagePermille">Share of the devices that the present stage reaches.</param>
    public static SiteEvent OfRollout(DateTimeOffset at, string release, RolloutPhase phase, RolloutHalt halt, int stagePermille) => new(
        phase switch
        {
            RolloutPhase.Running => SiteEventKind.RolloutStage,
            RolloutPhase.Paused => SiteEventKind.RolloutPaused,
            RolloutPhase.Completed => SiteEventKind.RolloutCompleted,
            _ => SiteEventKind.RolloutAborted,
        },
        at,
        Release: release,
        Halt: halt,
        StagePermille: stagePermille);

    /// <param name="effect">Its place among the effects of the call.</param>
    public static SiteEvent EmittedBy(InvocationId call, FunctionId function, DateTimeOffset at, int effect, string stream, string text) =>
        new(SiteEventKind.Emitted, at, Call: call, Function: function, Stream: stream, Text: text, Effect: effect);

    /// <param name="name">What it is on.</param>
    public static SiteEvent Refused(InvocationId call, FunctionId function, DateTimeOffset at, int effect, string name, FogException why) =>
        new(SiteEventKind.EffectRefused, at, Call: call, Function: function, Error: why.Error, Stream: name, Text: why.Message, Effect: effect);

    public static SiteEvent Accepted(DateTimeOffset at, InvocationId call, FunctionId function) => new(SiteEventKind.CallAccepted, at, Call: call, Function: function);

    public static SiteEvent Ended(InvocationId call, FunctionId function, Outcome outcome) => new(
        outcome.Error == FogError.None ? SiteEventKind.CallDecided : SiteEventKind.CallFailed,
        outcome.CompletedAt,
        Call: call,
        Function: function,
        Error: outcome.Error,
        Outvoted: outcome.Tally.Dissenters);
}
