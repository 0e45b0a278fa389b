namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>UNSUBACK (3.11): the filters of an UNSUBSCRIBE are gone.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// MQTT 5:
///   …       properties
///   at least once:
///     byte  reason code for each filter, in its order
/// </code></remarks>
internal sealed record UnsubAckPacket(ushort PacketId) : MqttPacket
{
    public PacketProperties? Properties { get; init; }

    /// <summary>MQTT 5 only.</summary>
    public IReadOnlyList<byte> Reasons { get; init; } = [];

    protected override byte FirstByte => (byte)PacketType.UnsubAck << 4;

    protected override int BodyBytes(MqttVersion version) =>
        version == MqttVersion.V5 ? 2 + PacketProperties.BytesOf(Properties, version) + Reasons.Count : 2;

    public static UnsubAckPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        if (reader.Version != MqttVersion.V5)
            return new UnsubAckPacket(id);
        var properties = PacketProperties.Read(ref reader, PropertyScope.Acknowledgement);
        var reasons = new List<byte>(1);
        if (reader.AtEnd)
            reader.Fail(MqttFault.FiltersMissing);
        while (!reader.AtEnd)
            reasons.Add((byte)reader.Reason([0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91]));
        return new UnsubAckPacket(id) { Properties = properties, Reasons = reasons };
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        if (writer.Version != MqttVersion.V5)
            return;
        PacketProperties.Write(ref writer, Properties);
        foreach (var reason in Reasons)
            writer.Byte(reason);
    }
}
