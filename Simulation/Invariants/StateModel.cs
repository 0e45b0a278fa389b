using System.Collections.Immutable;
using System.Text.Json;
using Fog.Engine.Storage;
using Fog.Grains.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Nodes;
using Fog.Grains.Rollouts;

namespace Fog.Simulation.Invariants;

/// <summary>The reference model of mailboxes and terms, held against every record that the grains make durable.</summary>
internal sealed class StateModel(Referee referee)
{
    private static readonly Mail s_noMail = new("[]"u8.ToArray(), []);

    private readonly Dictionary<string, Mail> _mail = new(StringComparer.Ordinal);
    private readonly HashSet<(TaskId, NodeId)> _withdrawn = [];
    private readonly Dictionary<(string Cluster, uint Term), NodeId> _leaders = [];
    private RolloutState _rollout = new();
    private RolloutFleet _fleet = new();

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
                case "fleet":
                    Committed(StateJson.Read<RolloutFleet>(write.Body)!);
                    break;
                case "node":
                    var mail = Tasks(write.Body);
                    string node = write.Key.Grain;
                    if (!mail.SequenceEqual(_mail.GetValueOrDefault(node, s_noMail).Stored))
                    {
                        Committed(node, mail.ToArray());
                    }

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

    private void Committed(RolloutFleet fleet)
    {
        if (fleet.Release == _fleet.Release && fleet.StartedAt == _fleet.StartedAt && !fleet.Devices.AsSpan().StartsWith(_fleet.Devices.AsSpan()))
        {
            referee.Violated(Invariant.ConfirmedIsTrue, "The devices of a rollout have changed places: its marks are of others now.");
        }

        _fleet = fleet;
    }

    private void Committed(RolloutState state)
    {
        var before = _fleet.IsOf(_rollout) && _fleet.IsOf(state) ? _rollout.Marks.AsSpan() : [];
        var now = state.Marks.AsSpan();
        for (int i = before.CommonPrefixLength(now); i < now.Length; i += 1 + before[Math.Min(i + 1, before.Length)..].CommonPrefixLength(now[(i + 1)..]))
        {
            if (now[i] != RolloutMark.Confirmed)
            {
                continue;
            }

            if (!_fleet.IsOf(state) || i >= _fleet.Devices.Length)
            {
                referee.Violated(Invariant.ConfirmedIsTrue, $"The rollout of {state.Release} has marks for {now.Length} devices, whose names are not stored.");
                return;
            }

            referee.MarkedConfirmed(state.Release, state.Offer!.Version, _fleet.Devices[i]);
        }

        _rollout = state;
    }

    /// <summary>The mail for tasks in a node's state as it is stored: most that is written of a node changes something else.</summary>
    private static ReadOnlySpan<byte> Tasks(byte[] state)
    {
        var reader = new Utf8JsonReader(state);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isFound = reader.ValueTextEquals(nameof(NodeState.Tasks));
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isFound)
            {
                return state.AsSpan(start, (int)reader.BytesConsumed - start);
            }
        }

        throw new InvalidDataException("A node's state has no mail.");
    }

    private void Committed(string grain, byte[] stored)
    {
        var node = NodeId.Parse(grain[(grain.IndexOf('/') + 1)..]);
        var now = JsonSerializer.Deserialize<ImmutableArray<TaskMail>>(stored, StateJson.Options).Select(static t => t.Order.Task.Id).ToList();
        var before = _mail.GetValueOrDefault(grain, s_noMail).Tasks;
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

        _mail[grain] = new(stored, now);
    }

    /// <param name="Stored">As JSON.</param>
    private readonly record struct Mail(byte[] Stored, IReadOnlyList<TaskId> Tasks);
}
