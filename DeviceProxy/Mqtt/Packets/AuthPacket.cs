namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>AUTH (3.15): one step of an authentication with several. This library offers no such method, so it only knows the packet to refuse it.</summary>
/// <remarks><code>
/// [byte     reason code, left out: success
///  …        properties]
/// </code></remarks>
internal sealed record AuthPacket(MqttReasonCode Reason = MqttReasonCode.Success) : MqttPacket
{
    public PacketProperties? Properties { get; init; }

    protected override byte FirstByte => (byte)((byte)PacketType.Auth << 4);

    protected override int BodyBytes(MqttVersion version) =>
        Properties is not null ? 1 + PacketProperties.BytesOf(Properties, version) : Reason == MqttReasonCode.Success ? 0 : 2;

    public static AuthPacket? Read(ref PacketReader reader) => reader.AtEnd
        ? new AuthPacket()
        : new AuthPacket(reader.Reason([0x00, 0x18, 0x19])) { Properties = PacketProperties.Read(ref reader, PropertyScope.Auth) };

    protected override void WriteBody(ref PacketWriter writer)
    {
        if (Properties is null && Reason == MqttReasonCode.Success)
            return;
        writer.Byte((byte)Reason);
        PacketProperties.Write(ref writer, Properties);
    }
}
