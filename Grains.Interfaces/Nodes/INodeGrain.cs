using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>Mirror of one device: identity, duty cycle, mailbox, energy ledger. Key: <see cref="NodeId"/>.</summary>
/// <remarks>Active only while the device is awake, or to store mail for a sleeper (docs/architecture.md, "Activation follows the duty cycle").</remarks>
[Alias("fog.INodeGrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Makes the device's identity: a new key each time, which ends the sessions under the one before.</summary>
    [Alias("Enrol")]
    Task<Enrolment> Enrol();

    /// <summary>Forgets the key: its sessions end, and no later one begins.</summary>
    /// <exception cref="FogException"><see cref="FogError.UnknownDevice"/>.</exception>
    [Alias("Revoke")]
    Task Revoke();

    /// <summary>Whether this is what the device shows to a broker (docs/protocol.md, "Credentials").</summary>
    [Alias("Admit")]
    Task<bool> Admit(ImmutableArray<byte> secret);

    /// <summary>Its broker put the device off or out because it sent or connected too often. On return the site's journal will tell; whoever calls bounds how often.</summary>
    [Alias("RateExceeded")]
    Task RateExceeded();

    /// <summary>On return the key is stored under the silo's current master key, if there is one.</summary>
    [Alias("Reseal"), ResponseTimeout(GrainCalls.Timeout)]
    Task Reseal();

    /// <summary>Opens a pending session. Changes no durable state.</summary>
    [Alias("Hello")]
    Task<HelloReply> Hello(HelloRequest request);

    /// <summary>A message under the session key. The first one of an epoch confirms its session; older epochs are ignored.</summary>
    [Alias("Receive")]
    Task Receive(SessionRef session, Uplink message);

    /// <summary>The connection ended without <c>sleep</c> (last will). A hint: nothing is purged by it.</summary>
    [Alias("Dropped")]
    Task Dropped(long epoch);

    /// <summary>The cluster's word on membership, term and leadership; an older <see cref="Membership.Version"/> is ignored.</summary>
    [Alias("Assign"), ResponseTimeout(GrainCalls.Timeout)]
    Task Assign(Membership membership);

    /// <summary>Puts a task in the mailbox, durably; pushes it when the device is awake. Idempotent by task id.</summary>
    /// <exception cref="FogException"><see cref="FogError.LimitExceeded"/>: 64 tasks wait already.</exception>
    [Alias("Enqueue"), ResponseTimeout(GrainCalls.Timeout)]
    Task Enqueue(SeatOrder order);

    /// <summary>The fog no longer needs this seat: drop the mail, tell the device to stop or to forget its value.</summary>
    [Alias("Withdraw"), ResponseTimeout(GrainCalls.Timeout)]
    Task Withdraw(TaskId task);

    /// <summary>Have the device send the kept result to the blob store; <see cref="IClusterGrain.ValueStored"/> follows.</summary>
    [Alias("Fetch"), ResponseTimeout(GrainCalls.Timeout)]
    Task Fetch(TaskId task, Digest digest, int sizeBytes);

    /// <summary>Puts a release in the mailbox, durably, in place of one offered before; pushes it when the device is awake. Idempotent.</summary>
    /// <returns>When the device is expected.</returns>
    [Alias("Offer"), ResponseTimeout(GrainCalls.Timeout)]
    Task<WakePlan> Offer(UpdateOffer offer);

    /// <summary>Takes the release out of the mailbox. What the device has staged already, it starts.</summary>
    [Alias("Recall"), ResponseTimeout(GrainCalls.Timeout)]
    Task Recall(Digest release);

    /// <exception cref="FogException"><see cref="FogError.UnknownDevice"/>.</exception>
    [Alias("Describe")]
    Task<NodeView> Describe();
}

/// <summary>A device's identity. The key is a secret: hand it to the device, never log it.</summary>
[GenerateSerializer, Immutable, Alias("fog.Enrolment")]
public sealed record Enrolment(NodeId Node, ImmutableArray<byte> Key)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => Node.ToString();
}

/// <summary>A session as the proxy knows it; sent with every message, so that a node grain activated again adopts it.</summary>
/// <param name="Facts">What the session's hello said.</param>
[GenerateSerializer, Immutable, Alias("fog.SessionRef")]
public sealed record SessionRef(long Epoch, IDeviceLink Link, HelloFacts Facts);

/// <summary>One seat of a vote, as mail for its node.</summary>
/// <param name="ViaLeader">r = 1: it travels on the cluster's leader topic.</param>
[GenerateSerializer, Immutable, Alias("fog.SeatOrder")]
public sealed record SeatOrder(DeviceTask Task, ClusterId Cluster, bool ViaLeader);

/// <summary>What a cluster says of one member; ordered by <paramref name="Version"/>.</summary>
/// <param name="WakeOffset">Place of this node's wakes in the cluster's period (stagger), from zero to the period.</param>
[GenerateSerializer, Immutable, Alias("fog.Membership")]
public sealed record Membership(ClusterId Cluster, long Version, uint Term, bool Leader, TimeSpan WakeOffset);

/// <summary>What the fog knows of a device, for people.</summary>
[GenerateSerializer, Immutable, Alias("fog.NodeView")]
public sealed record NodeView(
    NodeId Node,
    ClusterId? Cluster,
    bool Leader,
    NodePresence Presence,
    DutyCycle DutyCycle,
    uint FirmwareVersion,
    int BatteryMillivolts,
    DateTimeOffset? LastSeen,
    DateTimeOffset? NextWake,
    int MailCount,
    EnergyView Energy);

public enum NodePresence : byte
{
    /// <summary>Enrolled, never seen.</summary>
    New = 0,
    Awake,
    /// <summary>On schedule.</summary>
    Sleeping,
    /// <summary>Missed its wake, within the grace.</summary>
    Overdue,
    /// <summary>Purged.</summary>
    Lost,
}

/// <param name="Observed">Time covered by the device's own reports.</param>
/// <param name="Joules">At 3.3 V, over <paramref name="Observed"/>.</param>
/// <param name="AlwaysOnJoules">What a device that never sleeps would have used in that time.</param>
/// <param name="Days">The same by UTC day, oldest first, the last 31.</param>
[GenerateSerializer, Immutable, Alias("fog.EnergyView")]
public sealed record EnergyView(
    TimeSpan Observed,
    StateIntervals Spent,
    double Coulombs,
    double Joules,
    double AlwaysOnJoules,
    ImmutableArray<EnergyDayView> Days);

[GenerateSerializer, Immutable, Alias("fog.EnergyDayView")]
public sealed record EnergyDayView(DateOnly Day, StateIntervals Spent, double Coulombs, double Joules, double AlwaysOnJoules);
