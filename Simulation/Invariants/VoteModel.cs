using Fog.Grains.Interfaces.Ids;

namespace Fog.Simulation.Invariants;

/// <summary>The reference model of a vote: which device sent which value or snapshot for which task, taken from the messages on their way, and what
/// became of snapshots with others. A device's first word counts.</summary>
internal sealed class VoteModel
{
    // docs/protocol.md: version, type, sequence number; then of a result: task, status, reason, digest; of a snapshot: task, digest.
    private const int BodyAt = 6;
    private const byte ResultType = 0x03;
    private const byte SnapshotType = 0x08;
    private const int StatusAt = BodyAt + TaskId.ByteCount;
    private const int DigestAt = StatusAt + 2;
    private const int SnapshotAt = BodyAt + TaskId.ByteCount;

    private readonly Dictionary<TaskId, List<(NodeId Node, Digest? Value)>> _sent = [];
    private readonly Dictionary<TaskId, HashSet<(NodeId Node, Digest Snapshot)>> _suspended = [];
    private readonly Dictionary<TaskId, HashSet<(NodeId Node, Digest Snapshot)>> _resumed = [];
    private readonly Dictionary<long, List<(Digest Snapshot, Digest Value)>> _finished = [];

    /// <returns>The task, if this message is a result.</returns>
    public TaskId? Sent(NodeId node, ReadOnlySpan<byte> message)
    {
        if (message.Length >= SnapshotAt + Digest.ByteCount && message[1] == SnapshotType)
        {
            Of(_suspended, TaskId.FromBytes(message.Slice(BodyAt, TaskId.ByteCount))).Add((node, Digest.FromBytes(message.Slice(SnapshotAt, Digest.ByteCount))));
        }

        if (message.Length < DigestAt + Digest.ByteCount || message[1] != ResultType)
        {
            return null;
        }

        var task = TaskId.FromBytes(message.Slice(BodyAt, TaskId.ByteCount));
        var sent = _sent.TryGetValue(task, out var known) ? known : _sent[task] = [];
        if (!sent.Exists(s => s.Node == node))
        {
            sent.Add((node, message[StatusAt] == 0 ? Digest.FromBytes(message.Slice(DigestAt, Digest.ByteCount)) : null));
        }

        return task;
    }

    /// <summary>A device goes on from a snapshot, whoever made it.</summary>
    public void Resumed(NodeId node, TaskId task, Digest snapshot) => Of(_resumed, task).Add((node, snapshot));

    /// <summary>Runs of the fog host that went on from a snapshot.</summary>
    public int SeatsFinished => _finished.Values.Sum(static runs => runs.Count);

    /// <summary>The fog host has come from a snapshot to this value.</summary>
    /// <param name="call">The seed of the call.</param>
    public void Finished(long call, Digest snapshot, Digest value)
    {
        if (!_finished.TryGetValue(call, out var runs))
        {
            runs = _finished[call] = [];
        }

        runs.Add((snapshot, value));
    }

    /// <summary>The devices whose seats that value can come from: those that sent it, and for each run in which the host came to it one more that made the
    /// snapshot, as many as there can be: honest devices make equal ones.</summary>
    public IReadOnlyList<NodeId> Behind(InvocationId call, TaskId task, Digest value)
    {
        var senders = _sent.GetValueOrDefault(task, []).Where(s => s.Value == value).Select(static s => s.Node).ToList();
        var snapshots = _finished.GetValueOrDefault(call.Seed, []).Where(f => f.Value == value).Select(static f => f.Snapshot).ToList();
        var runOf = new Dictionary<NodeId, int>();
        for (int run = 0; run < snapshots.Count; run++)
        {
            Stands(run, []);
        }

        return [.. senders, .. runOf.Keys];

        // A maker for this run; the run that has it already finds another one, or keeps it.
        bool Stands(int run, HashSet<NodeId> tried)
        {
            foreach (var maker in Makers(task, snapshots[run]).Where(maker => !senders.Contains(maker) && tried.Add(maker)).ToList())
            {
                if (!runOf.TryGetValue(maker, out int other) || Stands(other, tried))
                {
                    runOf[maker] = run;
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Who can have had a part in what these sent for the task: they, and the makers of what they went on from.</summary>
    public IReadOnlySet<NodeId> Origins(TaskId task, IEnumerable<NodeId> nodes)
    {
        var origins = new HashSet<NodeId>();
        var next = new Stack<NodeId>(nodes);
        while (next.TryPop(out var node))
        {
            if (origins.Add(node))
            {
                foreach (var maker in _resumed.GetValueOrDefault(task, []).Where(r => r.Node == node).SelectMany(r => Makers(task, r.Snapshot)))
                {
                    next.Push(maker);
                }
            }
        }

        return origins;
    }

    public bool HasAnswered(TaskId task, NodeId node) => _sent.TryGetValue(task, out var sent) && sent.Exists(s => s.Node == node);

    private IEnumerable<NodeId> Makers(TaskId task, Digest snapshot) => _suspended.GetValueOrDefault(task, []).Where(s => s.Snapshot == snapshot).Select(static s => s.Node);

    private static HashSet<TItem> Of<TKey, TItem>(Dictionary<TKey, HashSet<TItem>> sets, TKey key)
        where TKey : notnull => sets.TryGetValue(key, out var set) ? set : sets[key] = [];
}
