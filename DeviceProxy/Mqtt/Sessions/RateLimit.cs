namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>So many in any second, refilled steadily.</summary>
internal sealed class RateLimit(int perSecondMax)
{
    private double tokens = perSecondMax;
    private TimeSpan refilled;

    /// <param name="cost">May exceed what is left: then what comes next waits for it.</param>
    public bool TryTake(TimeSpan now, int cost = 1)
    {
        tokens = At(now);
        refilled = now;
        if (tokens < 1)
            return false;
        tokens -= cost;
        return true;
    }

    public bool IsFullAt(TimeSpan now) => At(now) >= perSecondMax;

    private double At(TimeSpan now) => Math.Min(perSecondMax, tokens + (now - refilled).TotalSeconds * perSecondMax);
}
