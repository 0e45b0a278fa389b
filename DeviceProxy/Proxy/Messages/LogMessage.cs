using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x07, device → fog. <c>| level, 1 | length, 2 | UTF-8 |</c></summary>
internal static class LogMessage
{
    private const byte LevelMax = 3;

    public static LogUplink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        int level = body.U8(LevelMax);
        string text = body.Text(ProtocolLimits.LogTextBytesMax);
        return body.Complete() ? new(level, text) : null;
    }

    public static void Write(ref BodyWriter body, LogUplink log)
    {
        body.U8(log.Level);
        body.Text(log.Text);
    }
}
