using System.Collections.Immutable;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Clusters;

/// <summary>What the site's journal hears of this cluster: changes, once they are durable, and nothing of a wake as expected.</summary>
public sealed partial class ClusterGrain
{
    private readonly HashSet<NodeId> _late = []; // Members that were announced as overdue.
    private uint _termAnnounced;

    private void AnnounceChanges(NodeId? joined = null)
    {
        if (joined is { } node)
        {
            Announce(SiteEventKind.DeviceJoined, node);
        }

        var (term, leader) = (_state.Value.Term, _state.Value.Leader);
        if (term > _termAnnounced && leader is { } elected)
        {
            Announce(SiteEventKind.LeaderElected, elected, term);
        }

        _termAnnounced = Math.Max(term, _termAnnounced);
    }

    private void AnnounceAbsences(ImmutableArray<NodeId> lost)
    {
        foreach (var node in lost)
        {
            _late.Remove(node);
            Announce(SiteEventKind.DeviceLost, node);
        }

        var now = Now;
        foreach (var member in _state.Value.Members)
        {
            if (Roster.Presence(_state.Value, member, now, _options.Liveness) == NodePresence.Overdue && _late.Add(member.Id))
            {
                Announce(SiteEventKind.DeviceOverdue, member.Id);
            }
        }

        AnnounceChanges();
    }

    private void Announce(SiteEventKind kind, NodeId device, uint? term = null) =>
        _announcer.Announce(_id.Site, SiteEvent.Of(kind, Now, device, _id, term));
}
