namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBREC (3.5): the receiver of a QoS 2 message has taken it, and will know it again; or says why not.</summary>
internal sealed record PubRecPacket(ushort PacketId) : AcknowledgementPacket(PacketId)
{
    protected override byte FirstByte => (byte)PacketType.PubRec << 4;

    public static PubRecPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var (reason, properties) = ReadResult(ref reader, Taking);
        return new PubRecPacket(id) { Reason = reason, Properties = properties };
    }
}
