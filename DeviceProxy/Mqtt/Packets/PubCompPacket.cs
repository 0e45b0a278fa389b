namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBCOMP (3.7): the receiver of a QoS 2 message has forgotten its identifier.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// </code></remarks>
internal sealed record PubCompPacket(ushort PacketId) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.PubComp << 4;

    protected override int BodyBytes => 2;

    public static PubCompPacket? Read(ref PacketReader reader) => new(reader.PacketId());

    protected override void WriteBody(ref PacketWriter writer) => writer.UInt16(PacketId);
}
