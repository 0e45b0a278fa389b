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
    private IGrainTimer _timer = null!;
    private bool _isRoundDue;

    /// <remarks>Not worth a write of everything a dispatcher knows: who is forgotten in a crash says it again at the next wake. Where it goes is durable.</remarks>
    public Task Join(Candidate candidate)
    {
        var waiting = _state.Value.Unassigned;
        var known = waiting.FirstOrDefault(u => u.Node.Node == candidate.Node);
        if (known is null)
        {
            if (waiting.Length >= GrainLimits.UnassignedMax)
            {
                throw new FogException(FogError.LimitExceeded, $"{GrainLimits.UnassignedMax} devices wait for a cluster at site '{_site}' already.");
            }

            _state.Remember(_state.Value with { Unassigned = waiting.Add(new(candidate, null)) });
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
        if (_state.Value.Unassigned.Any(static u => u.Target is null))
        {
            Place();
            await Commit();
        }

        await Task.WhenAll(_state.Value.Unassigned.Where(static u => u.Target is not null).Select(u => _errands.Try(() => HandOver(u))));
        if (_state.Value.Unassigned.IsEmpty)
        {
            await _errands.Try(Repair);
        }

        Forget();
        await _state.Save();
        if (_state.Value.Unassigned.Length > 0)
        {
            ScheduleRound();
        }
    }

    /// <summary>Decides where unassigned nodes go; new clusters get their names here.</summary>
    private void Place()
    {
        var state = _state.Value;
        var joining = state.Unassigned.Where(static u => u.Target is null).Select(static u => u.Node);
        var onTheirWay = state.Unassigned.Where(static u => u.Target is not null).CountBy(static u => u.Target!.Value).ToDictionary();
        var open = state.Clusters.Select(_summaries.Find).OfType<ClusterSummary>().Select(s => Open(s, onTheirWay.GetValueOrDefault(s.Cluster)));
        var plan = Clustering.Join(open, joining, _options.Clustering);
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
            Unassigned = [.. state.Unassigned.Select(u => u.Target is null ? u with { Target = targets[u.Node.Node] } : u)],
        };
    }

    private async Task HandOver(Unassigned node)
    {
        Take(await Cluster(node.Target!.Value).Add(node.Node, after: 0));
        _state.Value = _state.Value with { Unassigned = _state.Value.Unassigned.RemoveAll(u => u.Node.Node == node.Node.Node) };
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
        var empty = state.Clusters.Where(c =>
            _summaries.Find(c) is { Members: 0, OpenVotes: 0 } && !state.Unassigned.Any(u => u.Target == c)).ToList();
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
