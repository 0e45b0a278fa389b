namespace Fog.DeviceProxy.Proxy.Sessions;

/// <summary>Numbers hellos: µs since 1970, each greater than all before it.</summary>
/// <remarks>May be called concurrently.</remarks>
internal sealed class EpochSource(TimeProvider clock)
{
    private readonly Lock gate = new();
    private long last;

    public long Next()
    {
        long now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        lock (gate)
            return last = long.Max(last + 1, now);
    }

    /// <summary>The next that is greater than one made elsewhere, too: by another proxy, or before this machine's clock was set back.</summary>
    public long NextAfter(long other)
    {
        lock (gate)
            last = long.Max(last, other);
        return Next();
    }
}
