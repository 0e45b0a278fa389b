using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x02, device → fog: still at work. <c>| heap free, 4 |</c></summary>
internal static class KeepaliveMessage
{
    public static KeepaliveUplink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        long heapFree = body.U32();
        return body.Complete() ? new(heapFree) : null;
    }

    public static void Write(ref BodyWriter body, KeepaliveUplink keepalive) => body.U32(keepalive.FreeHeapBytes);
}
