namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBCOMP (3.7): the receiver of a QoS 2 message has forgotten its identifier.</summary>
internal sealed record PubCompPacket(ushort PacketId) : AcknowledgementPacket(PacketId)
{
    protected override byte FirstByte => (byte)PacketType.PubComp << 4;

    public static PubCompPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var (reason, properties) = ReadResult(ref reader, Releasing);
        return new PubCompPacket(id) { Reason = reason, Properties = properties };
    }
}
