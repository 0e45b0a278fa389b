namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (3.10): the client wants no more messages for some of its filters.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// at least once:
///   string  topic filter
/// </code></remarks>
internal sealed record UnsubscribePacket(ushort PacketId, IReadOnlyList<string> Filters) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.Unsubscribe << 4 | 0b0010;

    protected override int BodyBytes => 2 + Filters.Sum(PacketWriter.TextBytes);

    public static UnsubscribePacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        if (reader.AtEnd)
            reader.Fail(MqttFault.FiltersMissing);
        var filters = new List<string>(1);
        while (!reader.AtEnd)
            filters.Add(SubscribePacket.ReadFilter(ref reader));
        return new UnsubscribePacket(id, filters);
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        foreach (var filter in Filters)
            writer.Text(filter);
    }
}
