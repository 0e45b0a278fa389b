using Fog.DeviceProxy.Proxy.Messages;

namespace Fog.DeviceProxy.Proxy.Sessions;

/// <summary>The live sessions of one device: at most one confirmed, and beside it those that wait for a first message.</summary>
/// <remarks>
/// A hello proves nothing of its time: it may be a replay. So each opens a session beside the others, and
/// only a message under a session's own key, which no replay can make, ends the ones before it.
/// </remarks>
internal sealed class DeviceSessions(int pendingMax)
{
    /// <summary>By epoch.</summary>
    private readonly List<DeviceSession> live = [];

    public int Count => live.Count;

    /// <summary>By epoch, the oldest first.</summary>
    public IReadOnlyList<DeviceSession> Live => live;

    public bool HaveNonce(ReadOnlySpan<byte> deviceNonce)
    {
        foreach (var session in live)
        {
            if (session.Facts.DeviceNonce.AsSpan().SequenceEqual(deviceNonce))
                return true;
        }

        return false;
    }

    public DeviceSession? OfEpoch(long epoch) => live.Find(s => s.Epoch == epoch);

    /// <summary>Adds a pending session; the oldest pending one makes room.</summary>
    public void Open(DeviceSession session)
    {
        if (live.Count > 0 && live[^1].Epoch >= session.Epoch)
            throw new InvalidOperationException($"Epoch {session.Epoch} does not follow {live[^1].Epoch}.");
        if (live.Count(s => !s.Confirmed) >= pendingMax)
            live.Remove(live.First(s => !s.Confirmed));
        live.Add(session);
    }

    /// <summary>Finds the session whose key made the message; its first valid message confirms it and ends the earlier ones.</summary>
    public Drop Receive(in Envelope envelope, string topic, out DeviceSession? session, out SessionContent? content)
    {
        session = null;
        content = null;
        if (live.Count == 0)
            return Drop.NoSession;
        foreach (var candidate in live)
        {
            if (!candidate.Made(envelope, topic))
                continue;
            session = candidate;
            var drop = candidate.Receive(envelope, out content);
            if (drop == Drop.None)
                live.RemoveAll(s => s.Epoch < candidate.Epoch);
            return drop;
        }

        return Drop.WrongTag;
    }

    public void End(DeviceSession session) => live.Remove(session);

    public void EndAll() => live.Clear();
}
