namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PINGREQ (3.12): the client is alive, and asks whether the server is. A fixed header and nothing else.</summary>
internal sealed record PingReqPacket : MqttPacket
{
    public static readonly PingReqPacket Instance = new();

    protected override byte FirstByte => (byte)PacketType.PingReq << 4;

    protected override int BodyBytes(MqttVersion version) => 0;

    protected override void WriteBody(ref PacketWriter writer)
    {
    }
}
