using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>The sessions of one shared subscription (MQTT 5, 4.8.2), which take turns.</summary>
internal sealed class ShareGroup : Subscriber
{
    private readonly List<(Session Session, Subscription Subscription)> members = [];
    private int turn;

    public bool IsEmpty => members.Count == 0;

    /// <summary>Adds a member, or replaces its options. True if it is new.</summary>
    public bool Set(Session session, in Subscription subscription)
    {
        var i = members.FindIndex(m => m.Session == session);
        if (i >= 0)
            members[i] = (session, subscription);
        else
            members.Add((session, subscription));
        return i < 0;
    }

    public bool Remove(Session session) => members.RemoveAll(m => m.Session == session) > 0;

    /// <summary>The members in the order in which to try them for the next message: those that are connected first.</summary>
    public IEnumerable<(Session Session, Subscription Subscription)> Candidates()
    {
        turn = (turn + 1) % members.Count;
        var inTurn = members.Skip(turn).Concat(members.Take(turn)).ToList();
        return inTurn.Where(m => m.Session.Peer is not null).Concat(inTurn.Where(m => m.Session.Peer is null));
    }
}
