using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    /// <summary>Does what one packet of a connected client asks for.</summary>
    public void Receive(Peer peer, MqttPacket packet, TimeSpan now)
    {
        if (peer.Session is not { } session)
            return; // taken over or closed while these bytes were on their way
        peer.LastHeard = now;
        switch (packet)
        {
            case PublishPacket publish:
                ReceivePublish(peer, session, publish, now);
                break;
            case PubAckPacket(var id):
                if (session.Outbound.Acknowledge(id))
                    MarkReady(peer); // the window has room again
                break;
            case PubRecPacket(var id):
                // Answered even if unknown: the client would otherwise keep the identifier forever.
                _ = session.Outbound.Received(id);
                Reply(peer, new PubRelPacket(id));
                break;
            case PubRelPacket(var id):
                session.Inbound.Release(id);
                Reply(peer, new PubCompPacket(id)); // MQTT-4.3.3-2
                break;
            case PubCompPacket(var id):
                if (session.Outbound.Complete(id))
                    MarkReady(peer);
                break;
            case SubscribePacket subscribe:
                ReceiveSubscribe(peer, session, subscribe, now);
                break;
            case UnsubscribePacket unsubscribe:
                ReceiveUnsubscribe(peer, session, unsubscribe, now);
                break;
            case PingReqPacket:
                Reply(peer, PingRespPacket.Instance); // MQTT-3.12.4-1
                break;
            case DisconnectPacket:
                Close(peer, new MqttClosure(MqttEnd.Disconnected), now);
                break;
            case ConnectPacket:
                Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.ConnectRepeated), now); // MQTT-3.1.0-2
                break;
            case ConnAckPacket or SubAckPacket or UnsubAckPacket or PingRespPacket:
                Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.WrongDirection), now);
                break;
            default:
                throw new InvalidOperationException($"No rule for a {packet.GetType().Name}.");
        }
    }

    private void ReceivePublish(Peer peer, Session session, PublishPacket packet, TimeSpan now)
    {
        var message = packet.Message;
        if (Topic.Levels(message.Topic) > limits.TopicLevelsMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicTooDeep), now);
            return;
        }

        switch (message.Qos)
        {
            case QualityOfService.AtMostOnce:
                PublishFrom(peer, message);
                break;
            case QualityOfService.AtLeastOnce:
                PublishFrom(peer, message);
                Reply(peer, new PubAckPacket(packet.PacketId)); // MQTT-3.3.4-1, MQTT-4.3.2-2
                break;
            case QualityOfService.ExactlyOnce:
                if (session.Inbound.Add(packet.PacketId))
                    PublishFrom(peer, message);
                Reply(peer, new PubRecPacket(packet.PacketId));
                break;
        }
    }

    private void ReceiveUnsubscribe(Peer peer, Session session, UnsubscribePacket packet, TimeSpan now)
    {
        if (packet.Filters.Count > limits.SubscriptionsPerSessionMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TooManyFilters), now);
            return;
        }

        foreach (var filter in packet.Filters)
            Unsubscribe(session, filter);
        Reply(peer, new UnsubAckPacket(packet.PacketId)); // MQTT-3.10.4-4, -5
    }

    private void ReceiveSubscribe(Peer peer, Session session, SubscribePacket packet, TimeSpan now)
    {
        if (packet.Requests.Count > limits.SubscriptionsPerSessionMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TooManyFilters), now);
            return;
        }

        var codes = new byte[packet.Requests.Count];
        for (var i = 0; i < codes.Length; i++)
        {
            var (filter, qos) = packet.Requests[i];
            codes[i] = TrySubscribe(peer, session, filter, qos) ? (byte)qos : SubAckPacket.Refused;
        }

        Reply(peer, new SubAckPacket(packet.PacketId, codes)); // MQTT-3.8.4-1, -5
    }
}
