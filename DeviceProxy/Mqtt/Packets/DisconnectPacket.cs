namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>DISCONNECT (3.14): the client leaves in order; its will is not to be published. A fixed header and nothing else.</summary>
internal sealed record DisconnectPacket : MqttPacket
{
    public static readonly DisconnectPacket Instance = new();

    protected override byte FirstByte => (byte)PacketType.Disconnect << 4;

    protected override int BodyBytes => 0;

    protected override void WriteBody(ref PacketWriter writer)
    {
    }
}
