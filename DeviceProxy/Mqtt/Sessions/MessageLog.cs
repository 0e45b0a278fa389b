namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>A message that is in the store for its receiver, until the receiver has it.</summary>
/// <param name="sequence">Its place among those of its session.</param>
/// <param name="packetId">Given when it is stored, so that one write does for both.</param>
internal sealed class Kept(long sequence, ushort packetId)
{
    public long Sequence { get; } = sequence;

    public ushort PacketId { get; } = packetId;

    /// <summary>Nothing is said to the receiver about it before this commit is durable.</summary>
    public long Commit { get; set; }
}

/// <summary>Writes down what becomes of one stored session's messages.</summary>
internal sealed class MessageLog(SessionJournal journal, Session session)
{
    private long lastSequence;

    /// <summary>Of the latest message that was handed out to be sent.</summary>
    public long LastSent { get; private set; }

    public Kept Put(in Outgoing outgoing, ushort packetId)
    {
        var kept = new Kept(++lastSequence, packetId) { Commit = journal.Next };
        journal.PutMessage(session.ClientId, kept, outgoing);
        return kept;
    }

    public void Release(Kept kept)
    {
        journal.PutRelease(session.ClientId, kept);
        kept.Commit = session.Commit = journal.Next;
    }

    public void Remove(Kept kept) => journal.RemoveMessage(session.ClientId, kept);

    public void Sent(Kept kept) => LastSent = kept.Sequence;

    public bool IsDurable(Kept kept) => kept.Commit <= journal.Durable;

    /// <summary>A message that an earlier process left.</summary>
    public Kept Restore(long sequence, ushort packetId, bool wasSent)
    {
        lastSequence = sequence;
        LastSent = wasSent ? sequence : LastSent;
        return new Kept(sequence, packetId);
    }
}
