using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Interfaces.Clusters;

/// <summary>A group of nodes: membership, leader and term, liveness, the electorate and tally of every open vote. Key: <see cref="ClusterId"/>.</summary>
[Alias("fog.IClusterGrain")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>Takes a node in and tells it (again is harmless).</summary>
    /// <param name="after">Version of the membership that this one follows; 0 without.</param>
    [Alias("Add"), ResponseTimeout(GrainCalls.Timeout)]
    Task<Dispatch.ClusterSummary> Add(Candidate candidate, long after);

    /// <summary>Fixes the electorate durably and sends the seats their task. Returns before any device is reached. Idempotent by invocation.</summary>
    /// <exception cref="FogException"><see cref="FogError.TooManyReplicas"/>, <see cref="FogError.DeadlineUnreachable"/>,
    /// <see cref="FogError.TooLargeForDevice"/>, <see cref="FogError.LimitExceeded"/>, <see cref="FogError.NoCapacity"/>.</exception>
    [Alias("Open"), ResponseTimeout(GrainCalls.Timeout)]
    Task Open(VoteOrder order);

    /// <summary>One seat's result, recorded durably on return. Repeats and late votes are harmless.</summary>
    [Alias("Vote"), ResponseTimeout(GrainCalls.Timeout)]
    Task<VoteReceipt> Vote(NodeId node, SeatVote vote);

    /// <summary>How far the holder of a seat came, recorded durably on return; whoever gets the seat next goes on from there.</summary>
    /// <returns>False: the node has no open seat in that vote.</returns>
    [Alias("Suspend"), ResponseTimeout(GrainCalls.Timeout)]
    Task<bool> Suspend(NodeId node, TaskId task, TaskSnapshot snapshot);

    /// <summary>A fog host has run a suspended seat to its end, recorded durably on return. Repeats, and votes for a seat that somebody else has meanwhile,
    /// are harmless.</summary>
    /// <param name="node">Who made the snapshot that it went on from. A value beyond inline size is in the blob store.</param>
    [Alias("Finish"), ResponseTimeout(GrainCalls.Timeout)]
    Task Finish(NodeId node, SeatVote vote);

    /// <summary>The value fetched from a member is in the blob store (or the member no longer has it).</summary>
    [Alias("ValueStored"), ResponseTimeout(GrainCalls.Timeout)]
    Task ValueStored(NodeId node, TaskId task, bool found);

    /// <summary>A member woke or went to sleep, by its own word.</summary>
    /// <returns>Its membership now, or null: it is no member (purged, or moved away) and asks the dispatcher for a cluster.</returns>
    [Alias("Report"), ResponseTimeout(GrainCalls.Timeout)]
    Task<Membership?> Report(PresenceReport report);

    /// <summary>Marks a member to move: it takes no new seat, and joins <paramref name="target"/> when its last vote closes. Idempotent.</summary>
    [Alias("Move"), ResponseTimeout(GrainCalls.Timeout)]
    Task Move(NodeId node, ClusterId target);

    /// <summary>Activates it, so that its timer runs again after a crash.</summary>
    [Alias("Revive"), ResponseTimeout(GrainCalls.Timeout)]
    Task<Dispatch.ClusterSummary> Revive();

    [Alias("Describe")]
    Task<ClusterView> Describe();
}

/// <summary>A node as a cluster sees it.</summary>
/// <param name="NextWake">When it is expected next.</param>
[GenerateSerializer, Immutable, Alias("fog.Candidate")]
public sealed record Candidate(NodeId Node, DutyCycle DutyCycle, DateTimeOffset LastConnection, DateTimeOffset NextWake, long FreeHeapBytes, long FuelPerSecond);

/// <param name="Awake">True while a session is confirmed, false once the device said <c>sleep</c>.</param>
/// <param name="ClockError">Learned error of the node's sleep clock.</param>
[GenerateSerializer, Immutable, Alias("fog.PresenceReport")]
public sealed record PresenceReport(Candidate Node, bool Awake, TimeSpan ClockError, TimeSpan ConnectBackoff);

/// <summary>An invocation for a cluster.</summary>
/// <param name="Replicas">Seats: odd, 1 to 7.</param>
/// <param name="Image">The task's image and budget; the task id is the cluster's to make (<see cref="TaskId.Of"/>).</param>
/// <param name="Device">The one member that may run it; null: whoever is expected first.</param>
[GenerateSerializer, Immutable, Alias("fog.VoteOrder")]
public sealed record VoteOrder(
    InvocationId Invocation,
    FunctionId Function,
    int Replicas,
    Digest Image,
    int ImageBytes,
    ExecutionLimits Limits,
    DateTimeOffset Deadline,
    Blobs.BlobValue Arguments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] CallContext Context = default,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NodeId? Device = null);

/// <param name="Result">Null with a <paramref name="Failure"/>: a seat without a value, which counts against every value.</param>
/// <param name="Joules">What the task cost the device, by its own intervals.</param>
[GenerateSerializer, Immutable, Alias("fog.SeatVote")]
public sealed record SeatVote(TaskId Task, DeviceFailure Failure, Blobs.BlobValue? Result, long FuelUsed, TimeSpan Execute, double Joules);

/// <param name="Keep">True: the value may still be fetched from this device.</param>
[GenerateSerializer, Immutable, Alias("fog.VoteReceipt")]
public readonly record struct VoteReceipt([property: Id(0)] bool Keep);

[GenerateSerializer, Immutable, Alias("fog.ClusterView")]
public sealed record ClusterView(
    ClusterId Cluster,
    uint Term,
    NodeId? Leader,
    System.Collections.Immutable.ImmutableArray<MemberView> Members,
    int OpenVotes);

/// <param name="VotesFor">Its votes that agreed with a majority, late ones included.</param>
/// <param name="VotesAgainst">Its votes that did not.</param>
[GenerateSerializer, Immutable, Alias("fog.MemberView")]
public sealed record MemberView(
    NodeId Node,
    NodePresence Presence,
    DutyCycle DutyCycle,
    DateTimeOffset LastConnection,
    DateTimeOffset NextWake,
    int VotesFor,
    int VotesAgainst);
