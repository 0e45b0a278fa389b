namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBREC (3.5): the receiver of a QoS 2 message has taken it, and will know it again.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// </code></remarks>
internal sealed record PubRecPacket(ushort PacketId) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.PubRec << 4;

    protected override int BodyBytes => 2;

    public static PubRecPacket? Read(ref PacketReader reader) => new(reader.PacketId());

    protected override void WriteBody(ref PacketWriter writer) => writer.UInt16(PacketId);
}
