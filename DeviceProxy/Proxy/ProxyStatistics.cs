using System.Collections.Immutable;

namespace Fog.DeviceProxy.Proxy;

/// <summary>What the proxy has done since it was made.</summary>
/// <param name="Devices">That have a session, or work in hand, now.</param>
/// <param name="Received">Messages from devices, dropped ones included.</param>
/// <param name="Sent">Messages to devices that the broker took.</param>
/// <param name="Dropped">Reasons that occurred.</param>
public sealed record ProxyStatistics(int Devices, long Received, long Sent, ImmutableSortedDictionary<Drop, long> Dropped);

/// <summary>The counts behind it. May be called concurrently.</summary>
internal sealed class ProxyTally
{
    private readonly long[] dropped = new long[Enum.GetValues<Drop>().Length];
    private long received;
    private long sent;

    public void CountReceived() => Interlocked.Increment(ref received);

    public void CountSent(int count) => Interlocked.Add(ref sent, count);

    public void Count(Drop drop, int count = 1)
    {
        if (drop != Drop.None)
            Interlocked.Add(ref dropped[(int)drop], count);
    }

    public ProxyStatistics Snapshot(int devices) => new(
        devices,
        Interlocked.Read(ref received),
        Interlocked.Read(ref sent),
        Enum.GetValues<Drop>()
            .Select(d => KeyValuePair.Create(d, Interlocked.Read(ref dropped[(int)d])))
            .Where(p => p.Value > 0)
            .ToImmutableSortedDictionary());
}
