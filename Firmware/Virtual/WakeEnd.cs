namespace Fog.Firmware.Virtual;

/// <summary>How a wake ended.</summary>
internal abstract record WakeEnd
{
    /// <param name="UntilMicros">By the device's clock.</param>
    /// <param name="MessagesDropped">In this wake.</param>
    public sealed record Sleep(uint Millis, long UntilMicros, int MessagesDropped) : WakeEnd;

    public sealed record Crash(TimeSpan? BackAfter) : WakeEnd;

    /// <summary>From outside: <see cref="VirtualDevice.Interrupt"/>.</summary>
    public sealed record Interruption : WakeEnd;
}
