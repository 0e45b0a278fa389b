using System.Text;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    private long assignedIds;

    /// <summary>
    /// Answers a CONNECT that the access rules admitted: takes the client identifier over from whoever has
    /// it (MQTT-3.1.4-2), resumes or begins the session (MQTT-3.1.2-4 to -6), says CONNACK.
    /// </summary>
    public void Connect(Peer peer, ConnectPacket packet, string identity, TimeSpan now)
    {
        if (peer.Closing is not null)
            return; // it gave up, or was given up, while its credentials were being checked
        if (packet.Will is { } will && Topic.Levels(will.Topic) > limits.TopicLevelsMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicTooDeep), now);
            return;
        }

        if (Attach(peer, packet.ClientId, packet.CleanSession, now, out var sessionPresent) is var code
            && code != ConnectReturnCode.Accepted)
        {
            Refuse(peer, code, now);
            return;
        }

        peer.Identity = identity;
        peer.Will = packet.Will;
        peer.KeepAlive = TimeSpan.FromSeconds(packet.KeepAliveSeconds);
        peer.LastHeard = now;
        Reply(peer, new ConnAckPacket(sessionPresent, ConnectReturnCode.Accepted));
    }

    /// <summary>Says CONNACK with a code other than zero, then closes (MQTT-3.2.2-5).</summary>
    public void Refuse(Peer peer, ConnectReturnCode code, TimeSpan now)
    {
        if (peer.Closing is not null)
            return;
        Reply(peer, new ConnAckPacket(SessionPresent: false, code));
        Close(peer, new MqttClosure(MqttEnd.Refused), now);
    }

    /// <summary>An in-process connection: the same sessions, without packets.</summary>
    public ConnectReturnCode ConnectLocal(LocalConnection peer, string clientId, bool cleanSession, TimeSpan now)
    {
        var code = Attach(peer, clientId, cleanSession, now, out var sessionPresent);
        if (code != ConnectReturnCode.Accepted)
            return code;
        peer.Attached(peer.Session!.ClientId, sessionPresent);
        peers.Add(peer);
        MarkReady(peer);
        return code;
    }

    private ConnectReturnCode Attach(Peer peer, string clientId, bool cleanSession, TimeSpan now, out bool sessionPresent)
    {
        sessionPresent = false;
        if (clientId.Length == 0)
        {
            if (!cleanSession)
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

        if (session is not null && (cleanSession || session.IsLocal != peer.IsLocal))
        {
            Discard(session);
            session = null;
        }

        if (session is null)
        {
            if (sessions.Count >= limits.SessionsMax)
                return ConnectReturnCode.ServerUnavailable;
            session = new Session(clientId, cleanSession, peer.IsLocal, new OutboundFlow(peer.IsLocal ? localQueue : sessionQueue, queuedBytes));
            sessions.Add(clientId, session);
        }
        else
        {
            sessionPresent = true;
            session.Outbound.Restart();
        }

        session.Peer = peer;
        peer.Session = session;
        return ConnectReturnCode.Accepted;
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
