using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x84, fog → device: stop running a task, drop its result. <c>| task, 16 |</c></summary>
internal static class StopMessage
{
    public static StopDownlink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var task = body.Task();
        return body.Complete() ? new(task) : null;
    }

    public static void Write(ref BodyWriter body, StopDownlink stop) => body.Task(stop.Task);
}
