using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Dispatch;

/// <summary>One a site: which clusters and hosts exist and what they can take. Never a list of nodes, but for those not yet assigned. Key: the site's name.</summary>
[Alias("fog.IDispatcherGrain")]
public interface IDispatcherGrain : IGrainWithStringKey
{
    /// <summary>A node without a cluster asks for one (new, or back after it was purged). Idempotent.</summary>
    [Alias("Join"), ResponseTimeout(GrainCalls.Timeout)]
    Task Join(Candidate candidate);

    /// <summary>Picks a cluster or host and hands the invocation over, durably on return.</summary>
    /// <returns>Who took it: a cluster's or a host's key.</returns>
    /// <exception cref="FogException">As <see cref="IClusterGrain.Open"/>, and <see cref="FogError.NoCapacity"/>, <see cref="FogError.UnknownDevice"/>.</exception>
    [Alias("Dispatch")]
    Task<string> Dispatch(VoteOrder order, Placement placement);

    /// <summary>Hands a seat that no member can take to a fog host, durably on return.</summary>
    /// <exception cref="FogException"><see cref="FogError.NoCapacity"/>: the site has no host. <see cref="FogError.LimitExceeded"/>: their queues are full.</exception>
    [Alias("Finish"), ResponseTimeout(GrainCalls.Timeout)]
    Task Finish(VoteOrder order, SuspendedSeat seat);

    /// <summary>A cluster's present size and load; the copy that dispatch decides on. An older summary changes nothing.</summary>
    /// <returns>How the site as a whole is doing: a cluster purges nobody while it is out.</returns>
    [Alias("Summarise"), ResponseTimeout(GrainCalls.Timeout)]
    Task<SiteHealth> Summarise(ClusterSummary summary);

    /// <summary>A fog host is ready for work.</summary>
    [Alias("Register")]
    Task Register(HostId host);

    /// <summary>Activates clusters and open work after a crash; called at start-up and by the site's reminder.</summary>
    [Alias("Revive")]
    Task Revive();

    [Alias("Describe")]
    Task<SiteView> Describe();
}

public enum Placement : byte
{
    /// <summary>A cluster of devices, with a vote.</summary>
    Devices = 0,
    /// <summary>A fog host, unreplicated.</summary>
    Host = 1,
    /// <summary>Devices when they can answer in time, else a host.</summary>
    Auto = 2,
}

/// <param name="Version">Grows; an older summary is ignored.</param>
/// <param name="LiveMembers">Members that take seats: not lost, not marked to move.</param>
/// <param name="LateMembers">Members that missed their wake.</param>
/// <param name="MovingMembers">Members marked to move to another cluster.</param>
/// <param name="ShortestPeriod">Zero without members.</param>
[GenerateSerializer, Immutable, Alias("fog.ClusterSummary")]
public sealed record ClusterSummary(
    ClusterId Cluster,
    long Version,
    int Members,
    int LiveMembers,
    int LateMembers,
    int MovingMembers,
    int OpenVotes,
    TimeSpan ShortestPeriod);

/// <param name="Outage">So many of the site's nodes are late at once that the site itself is taken to be out.</param>
[GenerateSerializer, Immutable, Alias("fog.SiteHealth")]
public readonly record struct SiteHealth([property: Id(0)] bool Outage);

[GenerateSerializer, Immutable, Alias("fog.SiteView")]
public sealed record SiteView(string Site, ImmutableArray<ClusterSummary> Clusters, ImmutableArray<HostId> Hosts, ImmutableArray<NodeId> Unassigned);
