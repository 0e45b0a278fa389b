namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PINGRESP (3.13): so is the server. A fixed header and nothing else.</summary>
internal sealed record PingRespPacket : MqttPacket
{
    public static readonly PingRespPacket Instance = new();

    protected override byte FirstByte => (byte)PacketType.PingResp << 4;

    protected override int BodyBytes(MqttVersion version) => 0;

    protected override void WriteBody(ref PacketWriter writer)
    {
    }
}
