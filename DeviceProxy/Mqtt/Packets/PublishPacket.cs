using System.Buffers;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBLISH (3.3): an application message, in either direction.</summary>
/// <remarks><code>
/// header flags: 3 DUP, 2–1 QoS, 0 RETAIN
/// string    topic name
/// [uint16   packet identifier, for QoS 1 and 2]
/// …         payload
/// </code></remarks>
/// <param name="PacketId">Zero for QoS 0.</param>
internal sealed record PublishPacket(MqttMessage Message, ushort PacketId) : MqttPacket
{
    private const int DuplicateFlag = 8, RetainFlag = 1;

    protected override byte FirstByte => First(Message.Qos, Message.Retain, Message.Duplicate);

    protected override int BodyBytes => HeadBytes(Message.Topic, Message.Qos) + Message.Payload.Length;

    /// <summary>What the flags alone can have wrong.</summary>
    public static MqttFault CheckFlags(int flags) => (flags >> 1 & 3) switch
    {
        3 => MqttFault.QosInvalid,
        0 when (flags & DuplicateFlag) != 0 => MqttFault.DuplicateAtMostOnce,
        _ => MqttFault.None,
    };

    public static PublishPacket? Read(int flags, ref PacketReader reader)
    {
        var qos = (QualityOfService)(flags >> 1 & 3);
        var topic = ReadTopicName(ref reader);
        var packetId = qos == QualityOfService.AtMostOnce ? (ushort)0 : reader.PacketId();
        return new PublishPacket(
            new MqttMessage(topic, reader.Rest().ToArray(), qos, (flags & RetainFlag) != 0) { Duplicate = (flags & DuplicateFlag) != 0 },
            packetId);
    }

    /// <summary>A topic name, of a message or of a will: never empty, never a filter (MQTT-4.7.3-1, MQTT-3.3.2-2).</summary>
    public static string ReadTopicName(ref PacketReader reader)
    {
        var topic = reader.Text();
        if (reader.Fault != MqttFault.None)
            return "";
        if (topic.Length == 0)
            reader.Fail(MqttFault.TopicEmpty);
        else if (Topic.HasWildcard(topic))
            reader.Fail(MqttFault.TopicHasWildcard);
        return topic;
    }

    public override void Write(IBufferWriter<byte> output) =>
        Write(output, Message, Message.Qos, Message.Retain, Message.Duplicate, PacketId);

    /// <summary>Writes a delivery of a message that many sessions share, without a packet object for each.</summary>
    public static void Write(
        IBufferWriter<byte> output, MqttMessage message, QualityOfService qos, bool retain, bool duplicate, ushort packetId)
    {
        var head = HeadBytes(message.Topic, qos);
        var writer = new PacketWriter(output.GetSpan(FixedHeader.BytesMax + head));
        writer.FixedHeader(First(qos, retain, duplicate), head + message.Payload.Length);
        writer.Text(message.Topic);
        if (qos != QualityOfService.AtMostOnce)
            writer.UInt16(packetId);
        output.Advance(writer.Written);
        output.Write(message.Payload.Span);
    }

    protected override void WriteBody(ref PacketWriter writer) =>
        throw new InvalidOperationException("A PUBLISH is written in two parts.");

    private static byte First(QualityOfService qos, bool retain, bool duplicate) => (byte)(
        (byte)PacketType.Publish << 4 | (duplicate ? DuplicateFlag : 0) | (byte)qos << 1 | (retain ? RetainFlag : 0));

    private static int HeadBytes(string topic, QualityOfService qos) =>
        PacketWriter.TextBytes(topic) + (qos == QualityOfService.AtMostOnce ? 0 : 2);
}
