using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>
/// The broker without its sockets: sessions, subscriptions, retained messages, and what each packet does to
/// them. It reads no clock and starts nothing: time is an argument (since the broker's start), and what is
/// to be done outside is left in lists for the shell to fetch.
/// </summary>
/// <remarks>
/// Not thread-safe: the broker calls it under one lock. That is the whole concurrency design: routing a
/// message is a walk of a tree and some queue appends, no call in here ever waits for a peer, and bytes
/// move outside.
/// </remarks>
internal sealed partial class Exchange(MqttLimits limits, IMqttAccess access)
{
    private readonly Dictionary<string, Session> sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTrie<Session> subscriptions = new();
    private readonly RetainedMessages retained = new(limits.RetainedMessagesMax, limits.RetainedBytesMax);
    private readonly ByteBudget queuedBytes = new(limits.QueuedBytesTotalMax);
    private readonly HashSet<Peer> peers = [];
    private readonly HashSet<Peer> closing = [];
    private readonly List<Session> matched = [];
    private readonly QueueLimits sessionQueue = QueueLimits.OfSession(limits);
    private readonly QueueLimits localQueue = QueueLimits.OfLocalSession(limits);
    private readonly List<Peer> ready = [];
    private Counters counters;

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
        PeerFaults: counters.PeerFaults);

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
    /// Ends a connection, once; the first reason counts. The will is published unless the client left in
    /// order (MQTT-3.1.2-8, MQTT-3.14.4-3), and a clean session ends too.
    /// </summary>
    public void Close(Peer peer, MqttClosure closure, TimeSpan now)
    {
        if (peer.Closing is not null)
            return;
        peer.Closing = closure;
        peer.ClosingSince = now;
        peers.Remove(peer);
        closing.Add(peer);
        MarkReady(peer);
        if (closure.End == MqttEnd.PeerFault)
            counters.PeerFaults++;

        if (peer.Session is { } session)
        {
            session.Peer = null;
            session.OfflineSince = now;
            peer.Session = null;
            if (session.IsClean)
                Discard(session);
            else
                counters.DroppedAtMostOnce += session.Outbound.Suspend();
        }

        if (peer.Will is { } will && closure.End is not (MqttEnd.Disconnected or MqttEnd.Closed))
            PublishFrom(peer, will);
        peer.Will = null;
    }

    /// <summary>The connection's transport is gone; nothing remembers it any more.</summary>
    public void Forget(Peer peer) => closing.Remove(peer);

    /// <summary>What time alone brings about. Called every second or so; returns the peers to abort.</summary>
    public List<Peer> Tick(TimeSpan now)
    {
        foreach (var peer in peers.Where(peer => IsSilentTooLong(peer, now)).ToList())
            Close(peer, new MqttClosure(peer.Session is null ? MqttEnd.ConnectTimedOut : MqttEnd.KeepAliveExpired), now);

        foreach (var session in sessions.Values.Where(s => s.Peer is null && now - s.OfflineSince >= limits.SessionExpiry).ToList())
            Discard(session);

        return closing.Where(peer => now - peer.ClosingSince >= limits.CloseTimeout).ToList();
    }

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

    private void Reply(Peer peer, MqttPacket packet)
    {
        peer.Replies.Enqueue(packet);
        MarkReady(peer);
    }

    private void Discard(Session session)
    {
        foreach (var filter in session.Filters)
            subscriptions.Remove(filter, session);
        session.Outbound.Discard();
        sessions.Remove(session.ClientId);
    }

    private struct Counters
    {
        public long Received, Delivered, DroppedAtMostOnce, DroppedQueueFull, NotRetained, Unauthorized, PeerFaults;
    }
}
