using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x83, fog → device: the result has arrived. <c>| task, 16 | keep, 1 |</c></summary>
internal static class AcceptedMessage
{
    public static AcceptedDownlink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var task = body.Task();
        bool keep = body.Flag();
        return body.Complete() ? new(task, keep) : null;
    }

    public static void Write(ref BodyWriter body, AcceptedDownlink accepted)
    {
        body.Task(accepted.Task);
        body.Flag(accepted.Keep);
    }
}
