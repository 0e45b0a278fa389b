using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x06, device → fog: the last word of a session.</summary>
/// <remarks>
/// <code>
/// | sleep ms, 4 | battery mV, 2 | connect, idle, receive, execute, transmit, sleep µs, 6 × 8 |
/// </code>
/// </remarks>
internal static class SleepMessage
{
    public static SleepUplink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var sleep = body.Milliseconds();
        int battery = body.U16();
        var spent = new StateIntervals(
            body.Microseconds(), body.Microseconds(), body.Microseconds(), body.Microseconds(), body.Microseconds(), body.Microseconds());
        return body.Complete() ? new(sleep, battery, spent) : null;
    }

    public static void Write(ref BodyWriter body, SleepUplink sleep)
    {
        body.Milliseconds(sleep.Sleep);
        body.U16(sleep.BatteryMillivolts);
        body.Microseconds(sleep.Spent.Connect);
        body.Microseconds(sleep.Spent.Idle);
        body.Microseconds(sleep.Spent.Receive);
        body.Microseconds(sleep.Spent.Execute);
        body.Microseconds(sleep.Spent.Transmit);
        body.Microseconds(sleep.Spent.Sleep);
    }
}
