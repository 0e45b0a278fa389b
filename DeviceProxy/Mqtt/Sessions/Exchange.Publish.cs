namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    /// <summary>
    /// Publishes for a peer, if it may; if not, the message is acknowledged all the same and goes nowhere
    /// (MQTT-3.3.5-2), and is counted.
    /// </summary>
    public void PublishFrom(Peer peer, MqttMessage message)
    {
        counters.Received++;
        if (peer.IsLocal || access.MayPublish(peer.Identity, message.Topic))
            Route(message);
        else
            counters.Unauthorized++;
    }

    private void Route(MqttMessage message)
    {
        if (message.Retain && !retained.Set(message))
            counters.NotRetained++;

        // A retained message without payload still goes to today's subscribers (3.3.1.3).
        subscriptions.Match(message.Topic, (this, message), static (state, session, qos) =>
        {
            var (exchange, message) = state;
            if (!ReferenceEquals(session.Matched.Message, message))
            {
                session.Matched = (message, qos);
                exchange.matched.Add(session);
            }
            else if (qos > session.Matched.Qos)
            {
                session.Matched = (message, qos);
            }
        });

        // One copy each, however many of a client's subscriptions match, with the best of their QoS
        // (MQTT-3.3.5-1), but no better than it was published with (MQTT-3.8.4-6).
        foreach (var session in matched)
        {
            var qos = session.Matched.Qos;
            session.Matched = default;
            Deliver(session, message, qos < message.Qos ? qos : message.Qos, retain: false);
        }

        matched.Clear();
    }

    private void Deliver(Session session, MqttMessage message, QualityOfService qos, bool retain)
    {
        if (session.Peer is null && qos == QualityOfService.AtMostOnce)
        {
            counters.DroppedAtMostOnce++;
            return;
        }

        if (!session.Outbound.Enqueue(new Outgoing(message, qos, retain)))
        {
            if (qos == QualityOfService.AtMostOnce)
                counters.DroppedAtMostOnce++;
            else
                counters.DroppedQueueFull++;
            return;
        }

        if (session.Peer is { } peer)
            MarkReady(peer);
    }
}
