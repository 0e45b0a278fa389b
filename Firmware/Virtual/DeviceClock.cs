namespace Fog.Firmware.Virtual;

/// <summary>A device's own clock: µs since power on, drifting from the site's.</summary>
internal sealed class DeviceClock(TimeProvider clock, double driftPpm)
{
    private readonly long began = clock.GetTimestamp();
    private readonly double rate = 1 + driftPpm / 1e6;

    public long NowMicros => (long)(clock.GetElapsedTime(began).TotalMicroseconds * rate);

    /// <summary>How long that takes by the site's clock; whole milliseconds, never less, since timers know no finer.</summary>
    public TimeSpan SiteTime(long micros) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, micros) / rate / 1000));
}
