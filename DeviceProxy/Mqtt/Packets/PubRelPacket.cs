namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBREL (3.6): the sender of a QoS 2 message will not send it again, so it may be forgotten.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// </code></remarks>
internal sealed record PubRelPacket(ushort PacketId) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.PubRel << 4 | 0b0010;

    protected override int BodyBytes => 2;

    public static PubRelPacket? Read(ref PacketReader reader) => new(reader.PacketId());

    protected override void WriteBody(ref PacketWriter writer) => writer.UInt16(PacketId);
}
