namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBACK (3.4): the receiver of a QoS 1 message has taken it.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// </code></remarks>
internal sealed record PubAckPacket(ushort PacketId) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.PubAck << 4;

    protected override int BodyBytes => 2;

    public static PubAckPacket? Read(ref PacketReader reader) => new(reader.PacketId());

    protected override void WriteBody(ref PacketWriter writer) => writer.UInt16(PacketId);
}
