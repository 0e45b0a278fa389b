using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    /// <summary>
    /// Publishes for a peer, if it may; if not, the message goes nowhere and is counted. 3.1.1 acknowledges it
    /// all the same (MQTT-3.3.5-2), MQTT 5 says what became of it.
    /// </summary>
    public MqttReasonCode PublishFrom(Peer peer, MqttMessage message, TimeSpan now) =>
        Publish(message, peer.IsLocal ? null : peer.Identity, peer.Session, now);

    /// <param name="identity">Whom to ask the access rules about; none: this process.</param>
    /// <param name="publisher">The session that it comes from, which may not want to hear itself.</param>
    private MqttReasonCode Publish(MqttMessage message, string? identity, Session? publisher, TimeSpan now)
    {
        counters.Received++;
        if (identity is not null && !access.MayPublish(identity, message.Topic))
        {
            counters.Unauthorized++;
            return MqttReasonCode.NotAuthorized;
        }

        if (message.Properties is { Expiry: { } expiry } properties)
            message = message with { Properties = properties with { ExpiresAt = now + expiry } };
        return Route(message, publisher) ? MqttReasonCode.Success : MqttReasonCode.NoMatchingSubscribers;
    }

    /// <summary>True if anybody subscribed to it.</summary>
    private bool Route(MqttMessage message, Session? publisher)
    {
        if (message.Retain)
            Retain(message);

        // A retained message without payload still goes to today's subscribers (3.3.1.3).
        subscriptions.Match(message.Topic, (this, message, publisher), static (state, subscriber, subscription) =>
        {
            var (exchange, message, publisher) = state;
            if (subscriber is not Session session)
                exchange.matchedGroups.Add((ShareGroup)subscriber);
            else if (!subscription.NoLocal || session != publisher) // MQTT-3.8.3-3
                exchange.Matched(session, message, subscription);
        });

        var any = matched.Count > 0 || matchedGroups.Count > 0;
        foreach (var session in matched)
        {
            var subscription = session.Matched.Subscription;
            session.Matched = default;
            Deliver(session, message, subscription);
        }

        matched.Clear();
        foreach (var group in matchedGroups)
        {
            foreach (var (session, subscription) in group.Candidates())
            {
                if (Deliver(session, message, subscription))
                    break;
            }
        }

        matchedGroups.Clear();
        return any;
    }

    private void Retain(MqttMessage message)
    {
        if (!retained.Set(message))
            counters.NotRetained++;
        if (journal is not null && message.Qos != QualityOfService.AtMostOnce)
            Promise();
    }

    /// <summary>
    /// One copy each, however many of a client's subscriptions match: with the best of their QoS
    /// (MQTT-3.3.5-1) and all of their identifiers (MQTT 5: MQTT-3.3.4-3, -4).
    /// </summary>
    private void Matched(Session session, MqttMessage message, in Subscription subscription)
    {
        if (!ReferenceEquals(session.Matched.Message, message))
        {
            session.Matched = (message, subscription);
            matched.Add(session);
            return;
        }

        var before = session.Matched.Subscription;
        session.Matched = (message, new Subscription(
            before.Qos > subscription.Qos ? before.Qos : subscription.Qos,
            RetainAsPublished: before.RetainAsPublished || subscription.RetainAsPublished,
            Identifiers: before.Identifiers is null ? subscription.Identifiers
                : subscription.Identifiers is null ? before.Identifiers
                : [.. before.Identifiers, .. subscription.Identifiers]));
    }

    /// <summary>No better than it was published with (MQTT-3.8.4-6), and without the RETAIN flag unless that was asked for (MQTT-3.3.1-12, -13).</summary>
    private bool Deliver(Session session, MqttMessage message, in Subscription subscription) =>
        Deliver(session, message, Lesser(subscription.Qos, message.Qos), message.Retain && subscription.RetainAsPublished, subscription.Identifiers);

    private static QualityOfService Lesser(QualityOfService a, QualityOfService b) => a < b ? a : b;

    private bool Deliver(Session session, MqttMessage message, QualityOfService qos, bool retain, uint[]? identifiers)
    {
        if (session.Peer is null && qos == QualityOfService.AtMostOnce)
        {
            counters.DroppedAtMostOnce++;
            return false;
        }

        if (!session.Outbound.Enqueue(new Outgoing(message, qos, retain, null, identifiers)))
        {
            if (qos == QualityOfService.AtMostOnce)
                counters.DroppedAtMostOnce++;
            else
                counters.DroppedQueueFull++;
            return false;
        }

        if (session.Log is not null && qos != QualityOfService.AtMostOnce)
            Promise();
        if (message.Properties?.ExpiresAt is { } expiry)
            Expect(expiry);
        if (session.Peer is { } peer)
            MarkReady(peer);
        return true;
    }
}
