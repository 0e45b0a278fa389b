namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>So many in any second, refilled steadily.</summary>
internal sealed class RateLimit(int perSecondMax)
{
    private double tokens = perSecondMax;
    private TimeSpan refilled;

    public bool TryTake(TimeSpan now)
    {
        tokens = Math.Min(perSecondMax, tokens + (now - refilled).TotalSeconds * perSecondMax);
        refilled = now;
        if (tokens < 1)
            return false;
        tokens--;
        return true;
    }
}
