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
}

/// <summary>Something that changed at a site, for people and their tools: what the fog itself decides by stands in its grains' states.</summary>
/// <param name="Device">Whose presence changed, who leads, or who exceeded its rates.</param>
/// <param name="Term">Of the leader.</param>
/// <param name="Error">Why the call failed.</param>
/// <param name="Release">That is rolled out.</param>
/// <param name="Halt">Why the rollout paused or was aborted.</param>
/// <param name="StagePermille">Share of the devices that its present stage reaches.</param>
/// <param name="Outvoted">Devices that gave another value than the result; default where there is no vote.</param>
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? StagePermille = null)
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

    public static SiteEvent Accepted(DateTimeOffset at, InvocationId call, FunctionId function) => new(SiteEventKind.CallAccepted, at, Call: call, Function: function);

    public static SiteEvent Ended(InvocationId call, FunctionId function, Outcome outcome) => new(
        outcome.Error == FogError.None ? SiteEventKind.CallDecided : SiteEventKind.CallFailed,
        outcome.CompletedAt,
        Call: call,
        Function: function,
        Error: outcome.Error,
        Outvoted: outcome.Tally.Dissenters);
}
