using Fog.Engine.Storage;
using Fog.Grains.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Nodes;
using Fog.Grains.Rollouts;

namespace Fog.Simulation.Invariants;

/// <summary>The reference model of mailboxes and terms, held against every record that the grains make durable.</summary>
internal sealed class StateModel(Referee referee)
{
    private readonly Dictionary<NodeId, List<TaskId>> _mail = [];
    private readonly HashSet<(TaskId, NodeId)> _withdrawn = [];
    private readonly Dictionary<(string Cluster, uint Term), NodeId> _leaders = [];

    public void Committed(IReadOnlyList<RecordWrite> batch)
    {
        foreach (var write in batch)
        {
            if (write.IsConflict || write.Body is null || write.Key.Kind != RecordKind.State)
            {
                continue;
            }

            switch (write.Key.Name)
            {
                case "cluster":
                    Committed(write.Key.Grain, StateJson.Read<ClusterState>(write.Body)!);
                    break;
                case "rollout":
                    Committed(StateJson.Read<RolloutState>(write.Body)!);
                    break;
                case "node":
                    Committed(NodeId.Parse(write.Key.Grain[(write.Key.Grain.IndexOf('/') + 1)..]), StateJson.Read<NodeState>(write.Body)!);
                    break;
            }
        }
    }

    private void Committed(string cluster, ClusterState state)
    {
        if (state.Leader is { } leader && _leaders.TryAdd((cluster, state.Term), leader) is false && _leaders[(cluster, state.Term)] != leader)
        {
            referee.Violated(
                Invariant.OneLeaderATerm, $"{cluster} has {leader} as the leader of term {state.Term}, which was {_leaders[(cluster, state.Term)]}'s.", cluster, leader.ToString());
        }

        foreach (var vote in state.Votes)
        {
            var nodes = vote.Seats.Where(static s => s.Node is not null).Select(static s => s.Node!.Value).ToList();
            if (nodes.Distinct().Count() != nodes.Count)
            {
                referee.Violated(Invariant.OneSeatADevice, $"{vote.Order.Invocation} has two seats of one device: {string.Join(", ", nodes)}.", vote.Order.Invocation.ToString());
            }
        }

        foreach (var withdrawal in state.Withdrawals)
        {
            _withdrawn.Add((withdrawal.Task, withdrawal.Node));
        }
    }

    private void Committed(RolloutState state)
    {
        for (int i = 0; i < state.Marks.Length; i++)
        {
            if (state.Marks[i] == RolloutMark.Confirmed)
            {
                referee.MarkedConfirmed(state.Release, state.Offer!.Version, state.Devices[i]);
            }
        }
    }

    private void Committed(NodeId node, NodeState state)
    {
        var now = state.Tasks.Select(static t => t.Order.Task.Id).ToList();
        var before = _mail.GetValueOrDefault(node, []);
        foreach (var task in now.Where(task => !before.Contains(task)))
        {
            referee.Mailed(node, task, waits: true);
        }

        foreach (var task in before.Where(task => !now.Contains(task)))
        {
            referee.Mailed(node, task, waits: false);
            if (!referee.Votes.HasAnswered(task, node) && !_withdrawn.Contains((task, node)))
            {
                referee.Violated(Invariant.NoMailLost, $"Task {task} left the mailbox of {node}, which has not answered it, and no cluster withdrew it.", task.Hex, node.ToString());
            }
        }

        _mail[node] = now;
    }
}
