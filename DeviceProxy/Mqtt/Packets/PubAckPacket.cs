namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBACK (3.4): the receiver of a QoS 1 message has taken it, or says why not.</summary>
internal sealed record PubAckPacket(ushort PacketId) : AcknowledgementPacket(PacketId)
{
    protected override byte FirstByte => (byte)PacketType.PubAck << 4;

    public static PubAckPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var (reason, properties) = ReadResult(ref reader, Taking);
        return new PubAckPacket(id) { Reason = reason, Properties = properties };
    }
}
