using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Sessions.Stored;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    private readonly HashSet<Peer> awaiting = [];

    /// <summary>The commit that must be durable before what is being done may be acknowledged; zero: none.</summary>
    public long Promised { get; set; }

    public long Durable => journal?.Durable ?? 0;

    /// <summary>What to write next; null: nothing, or a commit is under way.</summary>
    public IReadOnlyList<SessionRecord>? BeginCommit() => journal?.Begin();

    /// <summary>The commit has ended: what waited for it goes on.</summary>
    public void EndCommit(bool isDurable)
    {
        journal!.End(isDurable);
        counters.FailedCommits += isDurable ? 0 : 1;
        foreach (var peer in awaiting)
            MarkReady(peer);
        awaiting.Clear();
    }

    /// <summary>Takes up what an earlier process left, within this one's limits; what they leave out, and what has expired, is removed.</summary>
    /// <exception cref="UnreadableSessionException">A record is of a later version, or damaged.</exception>
    public void Restore(IEnumerable<SessionRecord> records, TimeSpan now)
    {
        var messages = new List<(SessionRecord Record, StoredMessage Message)>();
        var receipts = new List<SessionRecord>();
        var places = new Dictionary<string, (int Sent, StoredSession Stored)>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (record.Group == StoredSession.Group)
            {
                var stored = StoredSession.Read(record, journal!.Epoch);
                if (sessions.Count < limits.SessionsMax)
                    places.Add(stored.ClientId, (0, RestoreSession(stored, now)));
                else
                    journal.Remove(record);
            }
            else if (record.Group == StoredRetained.Group)
            {
                RestoreRetained(record, now);
            }
            else if (record.Group.StartsWith(StoredMessage.GroupPrefix, StringComparison.Ordinal))
            {
                messages.Add((record, StoredMessage.Read(record, journal!.Epoch)));
            }
            else if (record.Group.StartsWith(StoredReceipt.GroupPrefix, StringComparison.Ordinal))
            {
                receipts.Add(record);
            }
            else
            {
                throw new UnreadableSessionException(record, "this version knows no such group: run the version that wrote it, or a later one");
            }
        }

        foreach (var (record, message) in messages.OrderBy(static m => m.Message.Sequence))
            RestoreMessage(record, message, places);
        foreach (var record in receipts)
        {
            var (clientId, packetId) = StoredReceipt.Read(record);
            if (sessions.TryGetValue(clientId, out var session))
                session.Inbound.Add(packetId);
            else
                journal!.Remove(record);
        }

        retained.Changed = journal!.PutRetained;
        Expect(now); // wills and ends that are due come with the first second, when this process's own subscribers are there
    }

    private StoredSession RestoreSession(StoredSession stored, TimeSpan now)
    {
        var session = NewSession(stored.ClientId, stored.IsLocal);
        Keep(session);
        session.Expiry = Lesser(stored.Expiry, limits.SessionExpiry);
        session.OfflineSince = stored.OfflineSince is { } since ? since - journal!.Epoch : now;
        foreach (var (filter, subscription) in stored.Subscriptions)
            Add(session, filter, subscription);
        if (stored.Will is { } will)
            Delay(session, new DelayedWill(will.Message, will.Identity, will.Due is { } due ? due - journal!.Epoch : now + will.Delay));
        if (stored.OfflineSince is null)
            journal!.Put(session); // its connection ended with the process
        return stored;
    }

    /// <summary>Of a session that was connected, the first ones may have been sent, as many as may be in flight.</summary>
    private void RestoreMessage(in SessionRecord record, StoredMessage message, Dictionary<string, (int Sent, StoredSession Stored)> places)
    {
        if (!sessions.TryGetValue(message.ClientId, out var session))
        {
            journal!.Remove(record);
            return;
        }

        var (count, stored) = places[message.ClientId];
        var wasSent = stored.OfflineSince is null ? count < stored.LastSent : message.Sequence <= stored.LastSent;
        places[message.ClientId] = (count + 1, stored);
        var kept = session.Log!.Restore(message.Sequence, message.PacketId, wasSent || message.IsReleasing);
        if (session.Outbound.Restore(message.Outgoing with { Kept = kept }, wasSent, message.IsReleasing))
            return;
        counters.DroppedQueueFull++;
        journal!.Remove(record);
    }

    private void RestoreRetained(in SessionRecord record, TimeSpan now)
    {
        var message = StoredRetained.Read(record, journal!.Epoch);
        if (message.Properties?.ExpiresAt <= now)
        {
            journal.Remove(record);
        }
        else if (!retained.Set(message))
        {
            counters.NotRetained++;
            journal.Remove(record);
        }
    }

    /// <summary>From here on the session is stored.</summary>
    private void Keep(Session session) => session.Log = session.Outbound.Log = new MessageLog(journal!, session);

    /// <summary>From here on it is in memory only. If it was stored, whoever asked for that is told when it is durable.</summary>
    private void Forget(Session session)
    {
        if (session.Log is null)
            return;
        session.Log = null;
        session.Outbound.Forget();
        journal!.Remove(session);
        foreach (var packetId in session.Inbound.All())
            journal.RemoveReceived(session.ClientId, packetId);
        Promise();
    }

    /// <summary>The session's record is to be written anew. Nobody waits for it, unless that is <see cref="Promise(Session)"/>d.</summary>
    private void Changed(Session session)
    {
        if (session.Log is not null)
            journal!.Put(session);
    }

    /// <summary>What is being done is acknowledged when everything up to here is durable.</summary>
    private void Promise() => Promised = journal!.Next;

    /// <summary>The same, and so is what its client says after this.</summary>
    private void Promise(Session session)
    {
        if (session.Log is not null)
            Promised = session.Commit = journal!.Next;
    }

    private bool AddReceived(Session session, ushort packetId)
    {
        if (session.Log is not null)
            journal!.PutReceived(session.ClientId, packetId);
        Promise(session);
        return session.Inbound.Add(packetId);
    }

    private bool ReleaseReceived(Session session, ushort packetId)
    {
        if (!session.Inbound.Release(packetId))
            return false;
        if (session.Log is not null)
            journal!.RemoveReceived(session.ClientId, packetId);
        Promise(session);
        return true;
    }
}
