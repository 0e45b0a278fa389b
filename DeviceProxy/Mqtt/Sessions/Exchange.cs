using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>
/// The broker without its sockets: sessions, subscriptions, retained messages, and what each packet does to
/// them. It reads no clock and starts nothing: time is an argument (since the broker's start), and what is
/// to be done outside is left in lists for the shell to fetch.
/// </summary>
/// <param name="journal">Where what is to outlive the process is written down; none: nothing is.</param>
/// <remarks>
/// Not thread-safe: the broker calls it under one lock. That is the whole concurrency design: routing a
/// message is a walk of a tree and some queue appends, no call in here ever waits for a peer, and bytes
/// move outside.
/// </remarks>
internal sealed partial class Exchange(MqttLimits limits, IMqttAccess access, SessionJournal? journal = null)
{
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTrie<Subscriber> subscriptions = new();
    private readonly Dictionary<string, ShareGroup> shareGroups = new(StringComparer.Ordinal);
    private readonly RetainedMessages retained = new(limits.RetainedMessagesMax, limits.RetainedBytesMax);
    private readonly ByteBudget queuedBytes = new(limits.QueuedBytesTotalMax);
    private readonly HashSet<Peer> peers = [];
    private readonly HashSet<Peer> closing = [];
    private readonly List<Session> matched = [];
    private readonly List<ShareGroup> matchedGroups = [];
    private readonly QueueLimits sessionQueue = QueueLimits.OfSession(limits);
    private readonly QueueLimits localQueue = QueueLimits.OfLocalSession(limits);
    private readonly List<Peer> ready = [];
    private Counters counters;

    /// <summary>No session has anything due before, so that a second costs no walk over all of them.</summary>
    private TimeSpan sessionsDue = TimeSpan.MaxValue;

    public MqttStatistics Statistics => new(
        Connections: peers.Count,
        Sessions: sessions.Count,
        RetainedMessages: retained.Count,
        QueuedBytes: queuedBytes.Used,
        MessagesReceived: counters.Received,
        MessagesDelivered: counters.Delivered,
        DroppedAtMostOnce: counters.DroppedAtMostOnce,
        DroppedQueueFull: counters.DroppedQueueFull,
        NotRetained: counters.NotRetained,
        Unauthorized: counters.Unauthorized,
        PeerFaults: counters.PeerFaults,
        DroppedExpired: counters.DroppedExpired,
        DroppedTooLarge: counters.DroppedTooLarge,
        RateExceeded: counters.RateExceeded,
        Refused: counters.Refused,
        FailedCommits: counters.FailedCommits);

    /// <summary>A connection is open; its CONNECT is awaited. False if the broker is full.</summary>
    public bool Open(Peer peer, TimeSpan now)
    {
        peer.LastHeard = now;
        if (peers.Count < limits.ConnectionsMax)
            return peers.Add(peer);
        Close(peer, new MqttClosure(MqttEnd.BrokerFull), now);
        return false;
    }

    /// <summary>
    /// Ends a connection, once; the first reason counts, and is told in MQTT 5. The will is published, now or
    /// when it is due, unless the client left in order (MQTT-3.1.2-8, MQTT-3.14.4-3), and a session that is not
    /// to outlive it ends too.
    /// </summary>
    public void Close(Peer peer, MqttClosure closure, TimeSpan now)
    {
        if (peer.Closing is not null)
            return;
        if (peer is { Version: MqttVersion.V5, IsLocal: false, Session: not null } && ClosureReason.For(closure) is { } reason)
        {
            Reply(peer, new DisconnectPacket(reason), commit: 0);
            peer.IsToCloseFirst = true;
        }

        peer.Closing = closure;
        peer.ClosingSince = now;
        peers.Remove(peer);
        closing.Add(peer);
        MarkReady(peer);
        if (closure.End == MqttEnd.PeerFault)
            counters.PeerFaults++;

        var will = closure.End is MqttEnd.Disconnected or MqttEnd.Closed ? null : peer.Will;
        peer.Will = null;
        var session = peer.Session;
        if (session is not null)
        {
            session.Peer = null;
            session.OfflineSince = now;
            peer.Session = null;
            if (session.Expiry == TimeSpan.Zero)
                Discard(session, now);
            else
                counters.DroppedAtMostOnce += session.Outbound.Suspend();
            Expect(session.ExpiresAt);
            Changed(session);
        }

        if (will is null)
            return;
        if (session is not null && session.Expiry > TimeSpan.Zero && peer.WillDelay > TimeSpan.Zero)
            Delay(session, new DelayedWill(will, peer.Identity, now + peer.WillDelay));
        else
            Publish(will, peer.IsLocal ? null : peer.Identity, session, now);
    }

    private void Delay(Session session, DelayedWill will)
    {
        session.DelayedWill = will;
        Expect(will.Due);
    }

    /// <summary>Ends a client's connection and its session.</summary>
    public void Expel(string clientId, TimeSpan now)
    {
        if (sessions.GetValueOrDefault(clientId) is not { IsLocal: false } session)
            return;
        if (session.Peer is { } peer)
            Close(peer, new MqttClosure(MqttEnd.Expelled), now);
        if (sessions.GetValueOrDefault(clientId) == session)
            Discard(session, now);
    }

    /// <summary>Ends the subscriptions that the access rules do not allow any more.</summary>
    public void Recheck(string clientId, string identity)
    {
        if (sessions.GetValueOrDefault(clientId) is not { IsLocal: false } session)
            return;
        foreach (var filter in session.Subscriptions.Keys.ToArray())
        {
            if (!access.MaySubscribe(identity, SharedFilter.IsShared(filter) ? SharedFilter.Parse(filter)! : filter))
                Unsubscribe(session, filter);
        }
    }

    /// <summary>The connection's transport is gone; nothing remembers it any more.</summary>
    public void Forget(Peer peer) => closing.Remove(peer);

    /// <summary>What time alone brings about. Called every second or so; returns the peers to abort.</summary>
    public List<Peer> Tick(TimeSpan now)
    {
        if (journal is not null)
            journal.IsPaused = false;
        foreach (var peer in peers.Where(peer => IsSilentTooLong(peer, now)).ToList())
            Close(peer, new MqttClosure(peer.Session is null ? MqttEnd.ConnectTimedOut : MqttEnd.KeepAliveExpired), now);

        if (now >= sessionsDue)
            LookAfterSessions(now);
        retained.RemoveExpired(now);
        ForgetConnectRates(now);

        return closing.Where(peer => now - peer.ClosingSince >= limits.CloseTimeout).ToList();
    }

    private void LookAfterSessions(TimeSpan now)
    {
        foreach (var session in sessions.Values.Where(s => s.ExpiresAt <= now).ToList())
            Discard(session, now);
        foreach (var session in sessions.Values.Where(s => s.DelayedWill?.Due <= now).ToList())
            PublishDelayedWill(session, now);

        sessionsDue = TimeSpan.MaxValue;
        foreach (var session in sessions.Values)
        {
            session.Outbound.DropExpired(now);
            counters.DroppedExpired += session.Outbound.TakeExpired();
            Expect(session.Outbound.NextExpiry);
            Expect(session.ExpiresAt);
            Expect(session.DelayedWill?.Due ?? TimeSpan.MaxValue);
        }
    }

    /// <summary>A session has something due then.</summary>
    private void Expect(TimeSpan due) => sessionsDue = due < sessionsDue ? due : sessionsDue;

    /// <summary>Every peer that something happened to since the last call; to be woken without the lock.</summary>
    public Peer[] TakeReady()
    {
        if (ready.Count == 0)
            return [];
        foreach (var peer in ready)
            peer.IsReady = false;
        var taken = ready.ToArray();
        ready.Clear();
        return taken;
    }

    /// <summary>MQTT-3.1.2-24: one and a half times the keepalive.</summary>
    private bool IsSilentTooLong(Peer peer, TimeSpan now) => now - peer.LastHeard > (peer.Session is null
        ? limits.ConnectTimeout
        : peer.KeepAlive > TimeSpan.Zero ? peer.KeepAlive * 1.5 : TimeSpan.MaxValue);

    private void MarkReady(Peer peer)
    {
        if (peer.IsReady)
            return;
        peer.IsReady = true;
        ready.Add(peer);
    }

    /// <summary>Answers, as soon as what the answer promises is durable.</summary>
    private void Reply(Peer peer, MqttPacket packet) => Reply(peer, packet, Promised);

    private void Reply(Peer peer, MqttPacket packet, long commit)
    {
        peer.Replies.Enqueue((packet, commit));
        MarkReady(peer);
    }

    /// <summary>The session's end, which is also the latest time for its will (MQTT 5, 3.1.3.2.2).</summary>
    private void Discard(Session session, TimeSpan now)
    {
        foreach (var filter in session.Subscriptions.Keys)
            RemoveSubscription(session, filter);
        Forget(session);
        session.Outbound.Discard();
        sessions.Remove(session.ClientId);
        PublishDelayedWill(session, now);
    }

    private void PublishDelayedWill(Session session, TimeSpan now)
    {
        if (session.DelayedWill is not { } will)
            return;
        session.DelayedWill = null;
        Changed(session);
        Publish(will.Message, will.Identity, session, now);
    }

    private struct Counters
    {
        public long Received, Delivered, DroppedExpired, DroppedTooLarge, DroppedAtMostOnce, DroppedQueueFull, NotRetained, Unauthorized, PeerFaults, RateExceeded, Refused, FailedCommits;
    }
}
