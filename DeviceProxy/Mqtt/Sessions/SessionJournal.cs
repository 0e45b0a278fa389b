using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Sessions.Stored;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>What has changed of stored sessions and retained messages since the last commit began, and how far commits have come.</summary>
/// <remarks>
/// Commits have numbers, and there is one at a time. Whatever must not be said before something is durable
/// bears the number of the commit that makes it so. A record that changes twice meanwhile is written once.
/// </remarks>
internal sealed class SessionJournal
{
    private Dictionary<(string Group, string Name), byte[]?> changes = [];
    private Dictionary<(string Group, string Name), byte[]?>? underWay;
    private Dictionary<string, Session> changedSessions = new(StringComparer.Ordinal);

    /// <summary>The commit that what changes now will be in.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>The latest commit that is durable, with all before it.</summary>
    public long Durable { get; private set; }

    /// <summary>The broker's start on the wall clock, as that goes now.</summary>
    public DateTimeOffset Epoch { get; set; }

    /// <summary>The last commit failed; the next one waits until this is false again.</summary>
    public bool IsPaused { get; set; }

    public bool IsSettled => underWay is null && changes.Count == 0 && changedSessions.Count == 0;

    /// <summary>The session's own record has to be written anew, as it will be when the commit begins.</summary>
    public void Put(Session session) => changedSessions[session.ClientId] = session;

    public void Remove(Session session)
    {
        changedSessions.Remove(session.ClientId);
        changes[(StoredSession.Group, session.ClientId)] = null;
    }

    public void PutMessage(string clientId, Kept kept, in Outgoing outgoing) => changes[StoredMessage.Key(clientId, kept.Sequence)] = StoredMessage.Write(outgoing, kept.PacketId, Epoch);

    public void PutRelease(string clientId, Kept kept) => changes[StoredMessage.Key(clientId, kept.Sequence)] = StoredMessage.WriteRelease(kept.PacketId);

    public void RemoveMessage(string clientId, Kept kept) => changes[StoredMessage.Key(clientId, kept.Sequence)] = null;

    public void PutReceived(string clientId, ushort packetId) => changes[StoredReceipt.Key(clientId, packetId)] = StoredReceipt.Write();

    public void RemoveReceived(string clientId, ushort packetId) => changes[StoredReceipt.Key(clientId, packetId)] = null;

    /// <param name="message">Null: there is none any more.</param>
    public void PutRetained(string topic, MqttMessage? message) => changes[(StoredRetained.Group, topic)] = message is null ? null : StoredRetained.Write(message, Epoch);

    /// <summary>At the start: a record that belongs to nothing, or to what a limit left out.</summary>
    public void Remove(in SessionRecord record) => changes[(record.Group, record.Name)] = null;

    /// <summary>Begins a commit; null: there is nothing to commit, or one is under way.</summary>
    public IReadOnlyList<SessionRecord>? Begin()
    {
        if (underWay is not null || IsPaused || IsSettled)
            return null;
        foreach (var session in changedSessions.Values)
            changes[(StoredSession.Group, session.ClientId)] = StoredSession.Write(session, Epoch);
        changedSessions.Clear();
        underWay = changes;
        changes = [];
        Next++;
        return [.. underWay.Select(static change => new SessionRecord(change.Key.Group, change.Key.Name, change.Value))];
    }

    /// <summary>The commit has ended. One that failed is part of the next.</summary>
    public void End(bool isDurable)
    {
        if (isDurable)
            Durable = Next - 1;
        else
            Return();
        IsPaused = !isDurable;
        underWay = null;
    }

    private void Return()
    {
        foreach (var (key, body) in underWay!)
            changes.TryAdd(key, body);
    }
}
