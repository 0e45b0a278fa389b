using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Rules;

namespace Fog.Grains.Dispatch;

/// <summary>Nodes without a cluster are gathered for a moment, then placed together; small clusters are repaired when nobody joins.</summary>
public sealed partial class DispatcherGrain
{
    /// <summary>Who came since the last round and has no cluster yet. Not worth a write: who is forgotten in a crash says it again at the next wake. Where it goes is durable.</summary>
    private readonly Dictionary<NodeId, Candidate> _arrivals = [];
    private readonly HashSet<NodeId> _onTheirWay = []; // The state's unassigned nodes.
    private IGrainTimer _timer = null!;
    private bool _isRoundDue;

    public Task Join(Candidate candidate)
    {
        if (!_onTheirWay.Contains(candidate.Node) && !_arrivals.ContainsKey(candidate.Node))
        {
            if (_arrivals.Count + _onTheirWay.Count >= GrainLimits.UnassignedMax)
            {
                throw new FogException(FogError.LimitExceeded, $"{GrainLimits.UnassignedMax} devices wait for a cluster at site '{_site}' already.");
            }

            _arrivals.Add(candidate.Node, candidate);
        }

        ScheduleRound();
        return Task.CompletedTask;
    }

    /// <summary>In a join window from now, or when it is due already: whoever comes meanwhile is gathered, and postpones nothing.</summary>
    private void ScheduleRound()
    {
        if (!_isRoundDue)
        {
            _isRoundDue = true;
            _timer.Change(_options.JoinWindow, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task Round()
    {
        _isRoundDue = false;
        if (_arrivals.Count > 0)
        {
            Place();
            await Commit();
        }

        var arrived = new HashSet<NodeId>();
        await Task.WhenAll(_state.Value.Unassigned.Select(u => _errands.Try(() => HandOver(u, arrived))));
        Unassign(_state.Value.Unassigned.RemoveAll(u => arrived.Contains(u.Node.Node)));
        if (_arrivals.Count + _onTheirWay.Count == 0)
        {
            await _errands.Try(Repair);
        }

        Forget();
        await _state.Save();
        if (_arrivals.Count + _onTheirWay.Count > 0)
        {
            ScheduleRound();
        }
    }

    /// <summary>Decides where nodes that arrived go; new clusters get their names here.</summary>
    private void Place()
    {
        var state = _state.Value;
        var onTheirWay = state.Unassigned.CountBy(static u => u.Target!.Value).ToDictionary();
        var open = state.Clusters.Select(_summaries.Find).OfType<ClusterSummary>().Select(s => Open(s, onTheirWay.GetValueOrDefault(s.Cluster)));
        var plan = Clustering.Join(open, _arrivals.Values, _options.Clustering);
        var targets = plan.Additions.ToDictionary(static a => a.Node.Node, static a => a.Cluster);
        var made = ImmutableArray.CreateBuilder<ClusterId>();
        foreach (var cluster in plan.NewClusters)
        {
            made.Add(new(_site, $"c{state.LastClusterNumber + made.Count + 1}"));
            foreach (var node in cluster)
            {
                targets[node.Node] = made[^1];
            }
        }

        _state.Value = state with
        {
            Clusters = state.Clusters.AddRange(made),
            LastClusterNumber = state.LastClusterNumber + made.Count,
        };
        Unassign(state.Unassigned.AddRange(_arrivals.Values.Select(node => new Unassigned(node, targets[node.Node]))));
        _arrivals.Clear();
    }

    private async Task HandOver(Unassigned node, HashSet<NodeId> arrived)
    {
        Take(await Cluster(node.Target!.Value).Add(node.Node, after: 0));
        arrived.Add(node.Node.Node);
    }

    private void Unassign(ImmutableArray<Unassigned> unassigned)
    {
        if (unassigned.Length != _state.Value.Unassigned.Length)
        {
            _state.Value = _state.Value with { Unassigned = unassigned };
            _onTheirWay.Clear();
            _onTheirWay.UnionWith(unassigned.Select(static u => u.Node.Node));
        }
    }

    /// <summary>Nodes on their way as an activation finds them; those that an earlier version stored without a target are placed anew.</summary>
    private void ReadUnassigned()
    {
        foreach (var node in _state.Value.Unassigned)
        {
            if (node.Target is null)
            {
                _arrivals[node.Node.Node] = node.Node;
            }
            else
            {
                _onTheirWay.Add(node.Node.Node);
            }
        }

        Unassign(_state.Value.Unassigned.RemoveAll(static u => u.Target is null));
    }

    /// <summary>One small cluster at a time, with one neighbour, and not while either still moves nodes.</summary>
    private async Task Repair()
    {
        var settled = _summaries.All.Where(static s => s is { MovingMembers: 0, Members: > 0 }).Select(static s => Open(s, 0)).ToList();
        var small = settled.Where(c => c.Size < _options.Clustering.SizeMin).OrderBy(static c => c.Cluster.ToString(), StringComparer.Ordinal).FirstOrDefault();
        if (small is null || Clustering.Neighbour(small, settled, _options.Clustering) is not { } neighbour)
        {
            return;
        }

        var a = await Cluster(small.Cluster).Describe();
        var b = await Cluster(neighbour).Describe();
        var moving = Clustering.Repair([.. a.Members.Select(Candidate)], [.. b.Members.Select(Candidate)], b.Leader, _options.Clustering);
        foreach (var node in moving)
        {
            var (from, to) = a.Members.Any(m => m.Node == node) ? (a, b) : (b, a);
            await Cluster(from.Cluster).Move(node, to.Cluster);
        }
    }

    /// <summary>Clusters that have neither members nor votes, and get none, are no more.</summary>
    private void Forget()
    {
        var state = _state.Value;
        var awaited = state.Unassigned.Select(static u => u.Target).ToHashSet();
        var empty = state.Clusters.Where(c => _summaries.Find(c) is { Members: 0, OpenVotes: 0 } && !awaited.Contains(c)).ToList();
        foreach (var cluster in empty)
        {
            _summaries.Remove(cluster);
        }

        if (empty.Count > 0)
        {
            _state.Value = state with { Clusters = state.Clusters.RemoveRange(empty) };
        }
    }

    private static OpenCluster Open(ClusterSummary summary, int joining) => new(summary.Cluster, summary.Members + joining, summary.ShortestPeriod);

    private static Candidate Candidate(MemberView member) => new(member.Node, member.DutyCycle, member.LastConnection, member.NextWake, 0, 0);
}
