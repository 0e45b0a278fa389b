namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBREL (3.6): the sender of a QoS 2 message will not send it again, so it may be forgotten.</summary>
internal sealed record PubRelPacket(ushort PacketId) : AcknowledgementPacket(PacketId)
{
    protected override byte FirstByte => (byte)PacketType.PubRel << 4 | 0b0010;

    public static PubRelPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var (reason, properties) = ReadResult(ref reader, Releasing);
        return new PubRelPacket(id) { Reason = reason, Properties = properties };
    }
}
