using System.Text;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    private readonly RateLimit connectRate = new(limits.ConnectsPerSecondMax);
    private readonly Dictionary<string, RateLimit> connectRates = new(StringComparer.Ordinal);
    private long assignedIds;

    /// <summary>
    /// Whether a CONNECT goes on to the access rules, which may be dear to ask. If not it is refused: it wants
    /// another method than they have, or there were too many just now.
    /// </summary>
    public bool Consider(Peer peer, ConnectPacket packet, TimeSpan now)
    {
        peer.Version = packet.Version;
        if (!connectRate.TryTake(now))
            Refuse(peer, ConnectReturnCode.ServerUnavailable, now, MqttReasonCode.ConnectionRateExceeded);
        else if (packet.Properties?.Has(PropertyId.AuthenticationMethod) == true)
            Refuse(peer, ConnectReturnCode.BadUserNameOrPassword, now, MqttReasonCode.BadAuthenticationMethod); // MQTT-4.12.0-1
        return peer.Closing is null;
    }

    /// <summary>
    /// Answers a CONNECT that the access rules admitted: takes the client identifier over from whoever has
    /// it (MQTT-3.1.4-2), resumes or begins the session (MQTT-3.1.2-4 to -6), says CONNACK.
    /// </summary>
    public void Connect(Peer peer, ConnectPacket packet, string identity, TimeSpan now)
    {
        if (peer.Closing is not null)
            return; // it gave up, or was given up, while its credentials were being checked
        Promised = 0;
        if (packet.Will is { } will && Topic.Levels(will.Topic) > limits.TopicLevelsMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicTooDeep), now);
            return;
        }

        if (!MayConnectAgain(identity, now))
        {
            counters.RateExceeded++;
            access.RateExceeded(identity);
            Refuse(peer, ConnectReturnCode.ServerUnavailable, now, MqttReasonCode.ConnectionRateExceeded);
            return;
        }

        if (Attach(peer, packet.ClientId, packet.CleanSession, Expiry(packet), now, out var sessionPresent) is var code
            && code != ConnectReturnCode.Accepted)
        {
            Refuse(peer, code, now);
            return;
        }

        peer.Identity = identity;
        peer.MessageRate = limits.MessagesPerSecondMax > 0 ? new(limits.MessagesPerSecondMax) : null;
        peer.ByteRate = limits.BytesPerSecondMax > 0 ? new(limits.BytesPerSecondMax) : null;
        peer.Will = packet.Will;
        peer.WillDelay = packet.WillDelay;
        peer.KeepAlive = TimeSpan.FromSeconds(packet.KeepAliveSeconds);
        peer.LastHeard = now;
        var answer = new ConnAckPacket(sessionPresent, ConnectReturnCode.Accepted);
        Reply(peer, peer.Version == MqttVersion.V5 ? answer with { Properties = Agree(peer, peer.Session!, packet) } : answer);
    }

    /// <summary>MQTT 5: takes down what the client asks for, and says what it does not get or has to know (3.2.2.3).</summary>
    private PacketProperties Agree(Peer peer, Session session, ConnectPacket packet)
    {
        var asked = packet.Properties;
        peer.PacketBytesMax = asked?.Number(PropertyId.MaximumPacketSize) ?? uint.MaxValue;
        peer.UnreleasedBefore = session.Inbound.Count;
        peer.InboundAliases = new string?[limits.TopicAliasesMax];
        session.Outbound.Window = (int)Math.Min(asked?.Number(PropertyId.ReceiveMaximum) ?? ushort.MaxValue, (uint)limits.InflightMax); // MQTT-3.3.4-9
        if (asked?.Number(PropertyId.TopicAliasMaximum) is { } aliases and > 0 && limits.TopicAliasesMax > 0)
            peer.OutboundAliases = new TopicAliases((int)Math.Min(aliases, (uint)limits.TopicAliasesMax)); // MQTT-3.1.2-26

        var told = new PacketProperties()
            .Add(PropertyId.ReceiveMaximum, (uint)limits.ReceiveMax)
            .Add(PropertyId.MaximumPacketSize, (uint)FixedHeader.Bytes(limits.PacketBytesMax))
            .Add(PropertyId.TopicAliasMaximum, (uint)limits.TopicAliasesMax);
        if (packet.ClientId.Length == 0)
            told.Add(PropertyId.AssignedClientIdentifier, session.ClientId); // MQTT-3.2.2-16
        if (asked?.Seconds(PropertyId.SessionExpiry) > session.Expiry)
            told.Add(PropertyId.SessionExpiry, session.Expiry); // 3.2.2.3.2
        if (limits.KeepAliveMax > TimeSpan.Zero && (peer.KeepAlive == TimeSpan.Zero || peer.KeepAlive > limits.KeepAliveMax))
        {
            peer.KeepAlive = limits.KeepAliveMax;
            told.Add(PropertyId.ServerKeepAlive, limits.KeepAliveMax);
        }

        return told;
    }

    private TimeSpan Expiry(ConnectPacket packet) => packet.Version == MqttVersion.V5
        ? Lesser(packet.Properties?.Seconds(PropertyId.SessionExpiry) ?? TimeSpan.Zero, limits.SessionExpiry)
        : packet.CleanSession ? TimeSpan.Zero : limits.SessionExpiry;

    private bool MayConnectAgain(string identity, TimeSpan now)
    {
        if (limits.ConnectsPerSecondPerIdentityMax <= 0)
            return true;
        if (!connectRates.TryGetValue(identity, out var rate))
            connectRates.Add(identity, rate = new(limits.ConnectsPerSecondPerIdentityMax));
        return rate.TryTake(now);
    }

    /// <summary>Those that a second has refilled; so there are no more than CONNECTs in the last seconds.</summary>
    private void ForgetConnectRates(TimeSpan now)
    {
        foreach (var (identity, _) in connectRates.Where(rate => rate.Value.IsFullAt(now)).ToList())
            connectRates.Remove(identity);
    }

    public void CountRefused() => counters.Refused++;

    /// <summary>Says CONNACK with a code other than zero, then closes (MQTT-3.2.2-5).</summary>
    /// <param name="reason">MQTT 5: where it says more than the code.</param>
    public void Refuse(Peer peer, ConnectReturnCode code, TimeSpan now, MqttReasonCode? reason = null)
    {
        if (peer.Closing is not null)
            return;
        counters.Refused++;
        var answer = new ConnAckPacket(SessionPresent: false, code);
        Reply(peer, reason is { } more ? answer with { Reason = more } : answer, commit: 0);
        Close(peer, new MqttClosure(MqttEnd.Refused), now);
    }

    /// <summary>An in-process connection: the same sessions, without packets.</summary>
    public ConnectReturnCode ConnectLocal(LocalConnection peer, string clientId, bool cleanSession, TimeSpan now)
    {
        var code = Attach(peer, clientId, cleanSession, cleanSession ? TimeSpan.Zero : limits.SessionExpiry, now, out var sessionPresent);
        if (code != ConnectReturnCode.Accepted)
            return code;
        peer.Attached(peer.Session!.ClientId, sessionPresent);
        peers.Add(peer);
        MarkReady(peer);
        return code;
    }

    private ConnectReturnCode Attach(Peer peer, string clientId, bool cleanStart, TimeSpan expiry, TimeSpan now, out bool sessionPresent)
    {
        sessionPresent = false;
        if (clientId.Length == 0)
        {
            if (!cleanStart && peer.Version == MqttVersion.V311)
                return ConnectReturnCode.IdentifierRejected; // MQTT-3.1.3-8
            clientId = AssignClientId(); // MQTT-3.1.3-6
        }
        else if (Encoding.UTF8.GetByteCount(clientId) > limits.ClientIdBytesMax)
        {
            return ConnectReturnCode.IdentifierRejected; // MQTT-3.1.3-9
        }

        var session = sessions.GetValueOrDefault(clientId);
        if (session is { IsLocal: true } && !peer.IsLocal)
            return ConnectReturnCode.IdentifierRejected;
        if (session?.Peer is { } previous)
        {
            Close(previous, new MqttClosure(MqttEnd.TakenOver), now);
            session = sessions.GetValueOrDefault(clientId); // a clean one has gone with its connection
        }

        if (session is not null && (cleanStart || session.IsLocal != peer.IsLocal))
        {
            Discard(session, now);
            session = null;
        }

        if (session is null)
        {
            if (sessions.Count >= limits.SessionsMax)
                return ConnectReturnCode.ServerUnavailable;
            session = NewSession(clientId, peer.IsLocal);
            if (journal is not null && expiry > TimeSpan.Zero)
            {
                Keep(session);
                Promise(session);
            }
        }
        else
        {
            sessionPresent = true;
            session.Outbound.Restart();
            if (expiry == TimeSpan.Zero)
                Forget(session);
            Promised = Math.Max(Promised, session.Commit);
        }

        session.Expiry = expiry;
        session.DelayedWill = null; // MQTT-3.1.3-9
        session.Outbound.Window = limits.InflightMax;
        session.Peer = peer;
        peer.Session = session;
        Changed(session);
        return ConnectReturnCode.Accepted;
    }

    private Session NewSession(string clientId, bool isLocal)
    {
        var session = new Session(clientId, isLocal, new OutboundFlow(isLocal ? localQueue : sessionQueue, queuedBytes));
        sessions.Add(clientId, session);
        return session;
    }

    private string AssignClientId()
    {
        string id;
        do
            id = $"assigned-{++assignedIds}";
        while (sessions.ContainsKey(id));
        return id;
    }
}
