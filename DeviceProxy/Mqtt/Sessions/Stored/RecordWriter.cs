using System.Buffers;
using System.Buffers.Binary;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions.Stored;

/// <summary>Writes the fields of a stored record, the version first.</summary>
internal sealed class RecordWriter
{
    public const byte Version = 1;

    private readonly ArrayBufferWriter<byte> output = new(64);

    public RecordWriter() => Byte(Version);

    public void Byte(byte value) => output.Write([value]);

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void Time(DateTimeOffset? time) => UInt64(time is { } at ? (ulong)Math.Max(1, at.ToUnixTimeMilliseconds()) : 0);

    public void Text(string text)
    {
        var writer = new PacketWriter(output.GetSpan(PacketWriter.TextBytes(text)));
        writer.Text(text);
        output.Advance(writer.Written);
    }

    public void Packet(MqttPacket packet) => packet.Write(output, MqttVersion.V5);

    /// <summary>When it expires, and the message as a PUBLISH.</summary>
    public void Message(MqttMessage message, QualityOfService qos, bool retain, ushort packetId, DateTimeOffset epoch)
    {
        Time(epoch + message.Properties?.ExpiresAt);
        PublishPacket.Write(
            output, message, message.Topic, qos, retain, duplicate: false, qos == QualityOfService.AtMostOnce ? (ushort)0 : packetId,
            MqttVersion.V5, PacketProperties.Of(message.Properties));
    }

    public byte[] ToArray() => output.WrittenSpan.ToArray();
}
