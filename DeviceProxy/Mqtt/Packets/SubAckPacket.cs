namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>SUBACK (3.9): what became of each wish of a SUBSCRIBE, in its order.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// […        properties, MQTT 5]
/// at least once:
///   byte    granted QoS 0 to 2, or 0x80 refused; MQTT 5: or another reason for refusing
/// </code></remarks>
internal sealed record SubAckPacket(ushort PacketId, IReadOnlyList<byte> ReturnCodes) : MqttPacket
{
    public const byte Refused = 0x80;

    public PacketProperties? Properties { get; init; }

    protected override byte FirstByte => (byte)PacketType.SubAck << 4;

    protected override int BodyBytes(MqttVersion version) => 2 + PacketProperties.BytesOf(Properties, version) + ReturnCodes.Count;

    public static SubAckPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var properties = PacketProperties.Read(ref reader, PropertyScope.Acknowledgement);
        var codes = reader.Rest().ToArray();
        if (codes.Length == 0)
            reader.Fail(MqttFault.FiltersMissing);
        else if (codes.AsSpan().ContainsAnyExcept(reader.Version == MqttVersion.V5 ? Known5 : Known))
            reader.Fail(MqttFault.ReturnCodeUnknown); // MQTT-3.9.3-2
        return new SubAckPacket(id, codes) { Properties = properties };
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        PacketProperties.Write(ref writer, Properties);
        foreach (var code in ReturnCodes)
            writer.Byte(code);
    }

    private static ReadOnlySpan<byte> Known => [0, 1, 2, Refused];

    /// <summary>MQTT 5, table 3-8.</summary>
    private static ReadOnlySpan<byte> Known5 => [0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2];
}
