namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>DISCONNECT (3.14): the client leaves in order; its will is not to be published. In MQTT 5 the server says it too, with the reason.</summary>
/// <remarks><code>
/// MQTT 5, each left out if it and what follows says nothing:
///   byte      reason code, left out: normal disconnection
///   …         properties
/// </code></remarks>
internal sealed record DisconnectPacket(MqttReasonCode Reason = MqttReasonCode.Success) : MqttPacket
{
    public static readonly DisconnectPacket Instance = new();

    public PacketProperties? Properties { get; init; }

    protected override byte FirstByte => (byte)PacketType.Disconnect << 4;

    protected override int BodyBytes(MqttVersion version) =>
        version != MqttVersion.V5 ? 0
        : Properties is not null ? 1 + PacketProperties.BytesOf(Properties, version)
        : Reason == MqttReasonCode.Success ? 0 : 1;

    public static DisconnectPacket? Read(ref PacketReader reader)
    {
        if (reader.Version != MqttVersion.V5 || reader.AtEnd)
            return Instance;
        var reason = reader.Reason(Known);
        return new DisconnectPacket(reason) { Properties = reader.AtEnd ? null : PacketProperties.Read(ref reader, PropertyScope.Disconnect) };
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        if (BodyBytes(writer.Version) == 0)
            return;
        writer.Byte((byte)Reason);
        if (Properties is not null)
            PacketProperties.Write(ref writer, Properties);
    }

    /// <summary>Table 3-10.</summary>
    private static ReadOnlySpan<byte> Known =>
    [
        0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
        0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
    ];
}
