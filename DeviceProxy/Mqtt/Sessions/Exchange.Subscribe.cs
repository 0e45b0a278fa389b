using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    /// <summary>
    /// Adds or replaces a subscription and sends what is retained for it, anew even if it existed
    /// (MQTT-3.8.4-3), unless MQTT 5's retain handling or a shared subscription says otherwise. Returns the
    /// granted QoS, or why access rules or limits refuse.
    /// </summary>
    /// <param name="identifier">MQTT 5: repeated with each message; zero: none.</param>
    public MqttReasonCode Subscribe(Peer peer, Session session, in TopicRequest request, uint identifier, TimeSpan now)
    {
        var filter = request.Filter;
        var isShared = SharedFilter.IsShared(filter);
        if ((isShared ? SharedFilter.Parse(filter) : filter) is not { } topics || Topic.Levels(topics) > limits.TopicLevelsMax)
            return MqttReasonCode.TopicFilterInvalid;
        if (!peer.IsLocal && !access.MaySubscribe(peer.Identity, topics))
        {
            counters.Unauthorized++;
            return MqttReasonCode.UnspecifiedError; // which does not reveal what there is
        }

        var isNew = !session.Subscriptions.TryGetValue(filter, out var before);
        if (isNew && (session.Subscriptions.Count >= limits.SubscriptionsPerSessionMax
            || session.FilterCharacters + filter.Length > limits.SubscriptionCharactersMax))
            return MqttReasonCode.QuotaExceeded;

        var subscription = new Subscription(request.Qos, request.NoLocal, request.RetainAsPublished, identifier == 0 ? null : [identifier]);
        Add(session, filter, subscription);
        if (isNew || !before.IsSameAs(subscription))
        {
            Changed(session);
            Promise(session);
        }

        if (!isShared && (isNew ? request.RetainHandling != RetainHandling.Never : request.RetainHandling == RetainHandling.Always))
            SendRetained(session, filter, subscription, now);
        return (MqttReasonCode)request.Qos;
    }

    /// <summary>False if there was no such subscription.</summary>
    public bool Unsubscribe(Session session, string filter)
    {
        if (!session.Subscriptions.Remove(filter))
            return false;
        session.FilterCharacters -= filter.Length;
        RemoveSubscription(session, filter);
        Changed(session);
        Promise(session);
        return true;
    }

    private void SendRetained(Session session, string filter, in Subscription subscription, TimeSpan now)
    {
        foreach (var message in retained.Match(filter))
        {
            if (!(message.Properties?.ExpiresAt <= now))
                Deliver(session, message, Lesser(subscription.Qos, message.Qos), retain: true, subscription.Identifiers); // MQTT-3.3.1-6, -8
        }
    }

    /// <summary>Adds a subscription, or replaces its options.</summary>
    private void Add(Session session, string filter, in Subscription subscription)
    {
        if (!session.Subscriptions.ContainsKey(filter))
            session.FilterCharacters += filter.Length;
        session.Subscriptions[filter] = subscription;
        if (!SharedFilter.IsShared(filter))
        {
            subscriptions.Add(filter, session, subscription);
            return;
        }

        if (!shareGroups.TryGetValue(filter, out var group))
        {
            shareGroups.Add(filter, group = new ShareGroup());
            subscriptions.Add(SharedFilter.Parse(filter)!, group, default);
        }

        group.Set(session, subscription);
    }

    private void RemoveSubscription(Session session, string filter)
    {
        if (!SharedFilter.IsShared(filter))
        {
            subscriptions.Remove(filter, session);
            return;
        }

        var group = shareGroups[filter];
        group.Remove(session);
        if (!group.IsEmpty)
            return;
        shareGroups.Remove(filter);
        subscriptions.Remove(SharedFilter.Parse(filter)!, group);
    }
}
