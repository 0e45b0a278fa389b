using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>One wish of a SUBSCRIBE: a filter and the highest QoS its messages shall come with.</summary>
internal readonly record struct TopicRequest(string Filter, QualityOfService Qos);

/// <summary>SUBSCRIBE (3.8): the client asks for the messages of some topics.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// at least once:
///   string  topic filter
///   byte    7–2 reserved, 1–0 QoS
/// </code></remarks>
internal sealed record SubscribePacket(ushort PacketId, IReadOnlyList<TopicRequest> Requests) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.Subscribe << 4 | 0b0010;

    protected override int BodyBytes => 2 + Requests.Sum(r => PacketWriter.TextBytes(r.Filter) + 1);

    public static SubscribePacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        if (reader.AtEnd)
            reader.Fail(MqttFault.FiltersMissing);
        var requests = new List<TopicRequest>(1);
        while (!reader.AtEnd)
        {
            var filter = ReadFilter(ref reader);
            var options = reader.Byte();
            if ((options & 0xFC) != 0)
                reader.Fail(MqttFault.ReservedBitSet);
            else if (options == 3)
                reader.Fail(MqttFault.QosInvalid);
            requests.Add(new TopicRequest(filter, (QualityOfService)options));
        }

        return new SubscribePacket(id, requests);
    }

    /// <summary>A topic filter that obeys 4.7.1 and 4.7.3.</summary>
    public static string ReadFilter(ref PacketReader reader)
    {
        var filter = reader.Text();
        if (reader.Fault == MqttFault.None && !Topic.IsFilter(filter))
            reader.Fail(MqttFault.TopicFilterInvalid);
        return filter;
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        foreach (var (filter, qos) in Requests)
        {
            writer.Text(filter);
            writer.Byte((byte)qos);
        }
    }
}
