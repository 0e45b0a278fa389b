using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>When a subscription is sent what is retained (MQTT 5, 3.8.3.1). The values are those on the wire.</summary>
internal enum RetainHandling : byte
{
    Always = 0,
    IfNew = 1,
    Never = 2,
}

/// <summary>One wish of a SUBSCRIBE: a filter and the highest QoS its messages shall come with.</summary>
/// <param name="NoLocal">Not what this client publishes itself.</param>
/// <param name="RetainAsPublished">With the RETAIN flag as it was published.</param>
internal readonly record struct TopicRequest(
    string Filter, QualityOfService Qos, bool NoLocal = false, bool RetainAsPublished = false, RetainHandling RetainHandling = RetainHandling.Always);

/// <summary>SUBSCRIBE (3.8): the client asks for the messages of some topics.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// […        properties, MQTT 5]
/// at least once:
///   string  topic filter
///   byte    7–6 reserved, 5–4 retain handling, 3 retain as published, 2 no local, 1–0 QoS; before MQTT 5 7–2 reserved
/// </code></remarks>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<TopicRequest> Requests) : MqttPacket
{
    private const int NoLocalFlag = 4, RetainAsPublishedFlag = 8;

    public PacketProperties? Properties { get; init; }

    protected override byte FirstByte => (byte)PacketType.Subscribe << 4 | 0b0010;

    protected override int BodyBytes(MqttVersion version) =>
        2 + PacketProperties.BytesOf(Properties, version) + Requests.Sum(r => PacketWriter.TextBytes(r.Filter) + 1);

    public static SubscribePacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var properties = PacketProperties.Read(ref reader, PropertyScope.Subscribe);
        if (reader.AtEnd)
            reader.Fail(MqttFault.FiltersMissing);
        var requests = new List<TopicRequest>(1);
        while (!reader.AtEnd)
            requests.Add(ReadRequest(ref reader));
        return new SubscribePacket(id, requests) { Properties = properties };
    }

    /// <summary>A topic filter that obeys 4.7.1 and 4.7.3, and 4.8.2 if it is shared.</summary>
    public static string ReadFilter(ref PacketReader reader)
    {
        var filter = reader.Text();
        if (reader.Fault != MqttFault.None)
            return "";
        if (!Topic.IsFilter(filter) || (reader.Version == MqttVersion.V5 && SharedFilter.IsShared(filter) && SharedFilter.Parse(filter) is null))
            reader.Fail(MqttFault.TopicFilterInvalid);
        return filter;
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        PacketProperties.Write(ref writer, Properties);
        foreach (var (filter, qos, noLocal, retainAsPublished, retainHandling) in Requests)
        {
            writer.Text(filter);
            writer.Byte(writer.Version == MqttVersion.V5
                ? (byte)((int)qos | (noLocal ? NoLocalFlag : 0) | (retainAsPublished ? RetainAsPublishedFlag : 0) | (int)retainHandling << 4)
                : (byte)qos);
        }
    }

    private static TopicRequest ReadRequest(ref PacketReader reader)
    {
        var filter = ReadFilter(ref reader);
        int options = reader.Byte();
        var isV5 = reader.Version == MqttVersion.V5;
        if ((options & (isV5 ? 0xC0 : 0xFC)) != 0)
            reader.Fail(MqttFault.ReservedBitSet); // MQTT-3.8.3-5
        else if ((options & 3) == 3)
            reader.Fail(MqttFault.QosInvalid);
        else if (options >> 4 == 3)
            reader.Fail(MqttFault.RetainHandlingInvalid);
        else if (isV5 && (options & NoLocalFlag) != 0 && SharedFilter.IsShared(filter))
            reader.Fail(MqttFault.NoLocalOnSharedSubscription); // MQTT-3.8.3-4
        return new TopicRequest(
            filter, (QualityOfService)(options & 3), (options & NoLocalFlag) != 0, (options & RetainAsPublishedFlag) != 0, (RetainHandling)(options >> 4));
    }
}
