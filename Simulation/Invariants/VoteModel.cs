using Fog.Grains.Interfaces.Ids;

namespace Fog.Simulation.Invariants;

/// <summary>The reference model of a vote: which device sent which value for which task, taken from the messages on their way. A device's first word counts.</summary>
internal sealed class VoteModel
{
    // docs/protocol.md: version, type, sequence number; then of a result: task, status, reason, digest.
    private const int BodyAt = 6;
    private const byte ResultType = 0x03;
    private const int StatusAt = BodyAt + TaskId.ByteCount;
    private const int DigestAt = StatusAt + 2;

    private readonly Dictionary<TaskId, List<(NodeId Node, Digest? Value)>> _sent = [];

    /// <returns>The task, if this message is a result.</returns>
    public TaskId? Sent(NodeId node, ReadOnlySpan<byte> message)
    {
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

    public IReadOnlyList<NodeId> Senders(TaskId task, Digest value) =>
        [.. _sent.GetValueOrDefault(task, []).Where(s => s.Value == value).Select(static s => s.Node)];

    public bool HasAnswered(TaskId task, NodeId node) => _sent.TryGetValue(task, out var sent) && sent.Exists(s => s.Node == node);
}
