namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (3.10): the client wants no more messages for some of its filters.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// […        properties, MQTT 5]
/// at least once:
///   string  topic filter
/// </code></remarks>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters) : MqttPacket
{
    public PacketProperties? Properties { get; init; }

    protected override byte FirstByte => (byte)PacketType.Unsubscribe << 4 | 0b0010;

    protected override int BodyBytes(MqttVersion version) => 2 + PacketProperties.BytesOf(Properties, version) + Filters.Sum(PacketWriter.TextBytes);

    public static UnsubscribePacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var properties = PacketProperties.Read(ref reader, PropertyScope.Unsubscribe);
        if (reader.AtEnd)
            reader.Fail(MqttFault.FiltersMissing);
        var filters = new List<string>(1);
        while (!reader.AtEnd)
            filters.Add(SubscribePacket.ReadFilter(ref reader));
        return new UnsubscribePacket(id, filters) { Properties = properties };
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        PacketProperties.Write(ref writer, Properties);
        foreach (var filter in Filters)
            writer.Text(filter);
    }
}
