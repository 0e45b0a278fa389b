namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>UNSUBACK (3.11): the filters of an UNSUBSCRIBE are gone.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// </code></remarks>
internal sealed record UnsubAckPacket(ushort PacketId) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.UnsubAck << 4;

    protected override int BodyBytes => 2;

    public static UnsubAckPacket? Read(ref PacketReader reader) => new(reader.PacketId());

    protected override void WriteBody(ref PacketWriter writer) => writer.UInt16(PacketId);
}
