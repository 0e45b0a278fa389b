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
        Promised = session.Commit;
        switch (packet)
        {
            case PublishPacket publish:
                ReceivePublish(peer, session, publish, now);
                break;
            case PubAckPacket(var id):
                if (session.Outbound.Acknowledge(id))
                    MarkReady(peer); // the window has room again
                break;
            case PubRecPacket { Reason: >= MqttReasonCode.UnspecifiedError } refused:
                if (session.Outbound.Abandon(refused.PacketId, refused.Reason)) // MQTT 5: MQTT-4.4.0-2
                    MarkReady(peer);
                break;
            case PubRecPacket(var id):
                // Answered even if unknown: the client would otherwise keep the identifier forever.
                var isToRelease = session.Outbound.Received(id);
                Reply(peer, new PubRelPacket(id) { Reason = Known(isToRelease) }, session.Commit);
                break;
            case PubRelPacket(var id):
                Reply(peer, new PubCompPacket(id) { Reason = Known(ReleaseReceived(session, id)) }); // MQTT-4.3.3-2
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
                Reply(peer, PingRespPacket.Instance, commit: 0); // MQTT-3.12.4-1
                break;
            case DisconnectPacket disconnect:
                ReceiveDisconnect(peer, session, disconnect, now);
                break;
            case AuthPacket:
                Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.NotAllowedNow), now); // MQTT-4.12.1-1: there is no method
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
        if (packet.SubscriptionIds.Count > 0)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.PropertyMisplaced), now); // MQTT-3.3.4-6
            return;
        }

        if (peer.MessageRate?.TryTake(now) == false || peer.ByteRate?.TryTake(now, message.Payload.Length + 2 * message.Topic.Length) == false)
        {
            counters.RateExceeded++;
            access.RateExceeded(peer.Identity);
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.MessageRateTooHigh), now);
            return;
        }

        if (packet.TopicAlias != 0)
        {
            if (ResolveAlias(peer, packet) is not { } topic)
            {
                Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicAliasInvalid), now);
                return;
            }

            message = message with { Topic = topic };
        }

        if (Topic.Levels(message.Topic) > limits.TopicLevelsMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicTooDeep), now);
            return;
        }

        switch (message.Qos)
        {
            case QualityOfService.AtMostOnce:
                PublishFrom(peer, message, now);
                break;
            case QualityOfService.AtLeastOnce:
                Promised = 0;
                Reply(peer, new PubAckPacket(packet.PacketId) { Reason = PublishFrom(peer, message, now) }); // MQTT-3.3.4-1, MQTT-4.3.2-2
                break;
            case QualityOfService.ExactlyOnce:
                ReceiveExactlyOnce(peer, session, packet.PacketId, message, now);
                break;
        }
    }

    private void ReceiveExactlyOnce(Peer peer, Session session, ushort id, MqttMessage message, TimeSpan now)
    {
        var reason = MqttReasonCode.Success;
        if (!session.Inbound.Contains(id))
        {
            if (peer.Version == MqttVersion.V5 && session.Inbound.Count - peer.UnreleasedBefore >= limits.ReceiveMax)
            {
                Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.ReceiveMaximumExceeded), now); // MQTT-3.3.4-9
                return;
            }

            reason = PublishFrom(peer, message, now);
            if (reason < MqttReasonCode.UnspecifiedError || peer.Version == MqttVersion.V311)
                AddReceived(session, id); // a refusal in MQTT 5 is the end of it
        }

        Reply(peer, new PubRecPacket(id) { Reason = reason });
    }

    /// <summary>MQTT 5: what the alias stands for, now that it may be a new one (MQTT-3.3.2-8 to -10). Null if it may not be used or stands for nothing.</summary>
    private static string? ResolveAlias(Peer peer, PublishPacket packet)
    {
        if (packet.TopicAlias > peer.InboundAliases.Length)
            return null;
        ref var topic = ref peer.InboundAliases[packet.TopicAlias - 1];
        if (packet.Message.Topic.Length > 0)
            topic = packet.Message.Topic;
        return topic;
    }

    private void ReceiveDisconnect(Peer peer, Session session, DisconnectPacket packet, TimeSpan now)
    {
        if (packet.Properties?.Seconds(PropertyId.SessionExpiry) is { } expiry)
        {
            if (session.Expiry == TimeSpan.Zero && expiry > TimeSpan.Zero)
            {
                Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.NotAllowedNow), now); // 3.14.2.2.2
                return;
            }

            session.Expiry = Lesser(expiry, limits.SessionExpiry);
        }

        if (packet.Reason == MqttReasonCode.Success)
            peer.Will = null; // MQTT-3.14.4-3; any other reason is no reason to forget it
        Close(peer, new MqttClosure(peer.Will is null ? MqttEnd.Disconnected : MqttEnd.EndOfStream) { Reason = packet.Reason }, now);
    }

    private static TimeSpan Lesser(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>MQTT 5's answer about an identifier; 3.1.1 has none.</summary>
    private static MqttReasonCode Known(bool isKnown) => isKnown ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound;

    private void ReceiveUnsubscribe(Peer peer, Session session, UnsubscribePacket packet, TimeSpan now)
    {
        if (packet.Filters.Count > limits.SubscriptionsPerSessionMax)
        {
            Close(peer, new MqttClosure(MqttEnd.PeerFault, MqttFault.TooManyFilters), now);
            return;
        }

        var reasons = packet.Filters
            .Select(filter => (byte)(Unsubscribe(session, filter) ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted))
            .ToArray();
        Reply(peer, new UnsubAckPacket(packet.PacketId) { Reasons = reasons }); // MQTT-3.10.4-4, -5; MQTT 5: MQTT-3.11.3-1
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
            var code = Subscribe(peer, session, packet.Requests[i], packet.Properties?.Number(PropertyId.SubscriptionIdentifier) ?? 0, now);
            codes[i] = peer.Version == MqttVersion.V311 && code >= MqttReasonCode.UnspecifiedError ? SubAckPacket.Refused : (byte)code;
        }

        Reply(peer, new SubAckPacket(packet.PacketId, codes)); // MQTT-3.8.4-1, -5
    }
}
