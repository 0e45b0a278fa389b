namespace Fog.Grains.Interfaces;

/// <summary>Calls from grain to grain: all idempotent, and made again when they fail.</summary>
public static class GrainCalls
{
    /// <summary>How long they wait, "hh:mm:ss". A call in flight to a silo that dies is only noticed by its time-out, so it is short.</summary>
    public const string Timeout = "00:00:05";
}
