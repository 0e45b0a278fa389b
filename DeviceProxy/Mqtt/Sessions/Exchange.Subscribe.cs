using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    /// <summary>
    /// Adds or replaces a subscription and sends what is retained for it, anew even if it existed
    /// (MQTT-3.8.4-3). False if access rules or limits refuse.
    /// </summary>
    public bool TrySubscribe(Peer peer, Session session, string filter, QualityOfService qos)
    {
        if (!peer.IsLocal && !access.MaySubscribe(peer.Identity, filter))
        {
            counters.Unauthorized++;
            return false;
        }

        if (Topic.Levels(filter) > limits.TopicLevelsMax)
            return false;
        if (!session.Filters.Contains(filter))
        {
            if (session.Filters.Count >= limits.SubscriptionsPerSessionMax
                || session.FilterCharacters + filter.Length > limits.SubscriptionCharactersMax)
                return false;
            session.Filters.Add(filter);
            session.FilterCharacters += filter.Length;
        }

        subscriptions.Add(filter, session, qos);
        foreach (var message in retained.Match(filter))
            Deliver(session, message, qos < message.Qos ? qos : message.Qos, retain: true); // MQTT-3.3.1-6, -8
        return true;
    }

    public void Unsubscribe(Session session, string filter)
    {
        if (!session.Filters.Remove(filter))
            return;
        session.FilterCharacters -= filter.Length;
        subscriptions.Remove(filter, session);
    }
}
