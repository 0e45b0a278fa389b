using System.Buffers;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>PUBLISH (3.3): an application message, in either direction.</summary>
/// <remarks><code>
/// header flags: 3 DUP, 2–1 QoS, 0 RETAIN
/// string    topic name; MQTT 5: empty if a topic alias stands for it
/// [uint16   packet identifier, for QoS 1 and 2]
/// […        properties, MQTT 5]
/// …         payload
/// </code></remarks>
/// <param name="Message">Its topic is empty if only <paramref name="TopicAlias"/> says it.</param>
/// <param name="PacketId">Zero for QoS 0.</param>
/// <param name="TopicAlias">MQTT 5; zero: none.</param>
internal sealed record PublishPacket(MqttMessage Message, ushort PacketId, ushort TopicAlias = 0) : MqttPacket
{
    private const int DuplicateFlag = 8, RetainFlag = 1;

    /// <summary>MQTT 5, server to client: those of the subscriptions that matched.</summary>
    public IReadOnlyList<uint> SubscriptionIds { get; init; } = [];

    protected override byte FirstByte => First(Message.Qos, Message.Retain, Message.Duplicate);

    protected override int BodyBytes(MqttVersion version) =>
        HeadBytes(Message.Topic, Message.Qos, version, PropertiesOf(version)) + Message.Payload.Length;

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
        var topic = ReadTopicName(ref reader, mayBeEmpty: reader.Version == MqttVersion.V5);
        var packetId = qos == QualityOfService.AtMostOnce ? (ushort)0 : reader.PacketId();
        var properties = PacketProperties.Read(ref reader, PropertyScope.Publish);
        var alias = properties?.Number(PropertyId.TopicAlias);
        CheckResponseTopic(ref reader, properties);
        if (alias == 0)
            reader.Fail(MqttFault.TopicAliasInvalid); // MQTT-3.3.2-8
        if (topic.Length == 0 && alias is null)
            reader.Fail(MqttFault.TopicEmpty);
        var message = new MqttMessage(topic, reader.Rest().ToArray(), qos, (flags & RetainFlag) != 0)
        {
            Duplicate = (flags & DuplicateFlag) != 0,
            Properties = properties?.ToMessage(),
        };
        return new PublishPacket(message, packetId, (ushort)(alias ?? 0)) { SubscriptionIds = SubscriptionIdsOf(properties) };
    }

    /// <summary>A topic name, of a message or of a will: never empty, never a filter (MQTT-4.7.3-1, MQTT-3.3.2-2).</summary>
    public static string ReadTopicName(ref PacketReader reader, bool mayBeEmpty = false)
    {
        var topic = reader.Text();
        if (reader.Fault != MqttFault.None)
            return "";
        if (topic.Length == 0 && !mayBeEmpty)
            reader.Fail(MqttFault.TopicEmpty);
        else if (Topic.HasWildcard(topic))
            reader.Fail(MqttFault.TopicHasWildcard);
        return topic;
    }

    /// <summary>A response topic is a topic name too (MQTT-3.3.2-14, MQTT-3.1.3.2.6).</summary>
    public static void CheckResponseTopic(ref PacketReader reader, PacketProperties? properties)
    {
        if (properties?.Text(PropertyId.ResponseTopic) is { } topic && (topic.Length == 0 || Topic.HasWildcard(topic)))
            reader.Fail(MqttFault.TopicHasWildcard);
    }

    public override void Write(IBufferWriter<byte> output, MqttVersion version = MqttVersion.V311) =>
        Write(output, Message, Message.Topic, Message.Qos, Message.Retain, Message.Duplicate, PacketId, version, PropertiesOf(version));

    /// <summary>Writes a delivery of a message that many sessions share, without a packet object for each.</summary>
    /// <param name="topic">The message's, or empty where an alias stands for it.</param>
    public static void Write(
        IBufferWriter<byte> output, MqttMessage message, string topic, QualityOfService qos, bool retain, bool duplicate, ushort packetId,
        MqttVersion version, PacketProperties? properties)
    {
        var head = HeadBytes(topic, qos, version, properties);
        var payload = message.Payload.Span;

        // Short ones in one piece: a buffer has room for a kilobyte without looking for another.
        var whole = head + payload.Length <= InOnePieceMax;
        var writer = new PacketWriter(output.GetSpan(FixedHeader.BytesMax + head + (whole ? payload.Length : 0)), version);
        writer.FixedHeader(First(qos, retain, duplicate), head + payload.Length);
        writer.Text(topic);
        if (qos != QualityOfService.AtMostOnce)
            writer.UInt16(packetId);
        PacketProperties.Write(ref writer, properties);
        if (whole)
            writer.Raw(payload);
        output.Advance(writer.Written);
        if (!whole)
            output.Write(payload);
    }

    /// <summary>Bytes of such a delivery, which the receiver may limit.</summary>
    public static int Bytes(MqttMessage message, string topic, QualityOfService qos, MqttVersion version, PacketProperties? properties) =>
        FixedHeader.Bytes(HeadBytes(topic, qos, version, properties) + message.Payload.Length);

    protected override void WriteBody(ref PacketWriter writer) =>
        throw new InvalidOperationException("A PUBLISH is written in two parts.");

    private const int InOnePieceMax = 1024;

    private PacketProperties? PropertiesOf(MqttVersion version)
    {
        if (version != MqttVersion.V5)
            return null;
        var properties = PacketProperties.Of(Message.Properties);
        if (TopicAlias == 0 && SubscriptionIds.Count == 0)
            return properties;
        properties ??= new PacketProperties();
        foreach (var id in SubscriptionIds)
            properties.Add(PropertyId.SubscriptionIdentifier, id);
        return TopicAlias == 0 ? properties : properties.Add(PropertyId.TopicAlias, TopicAlias);
    }

    private static uint[] SubscriptionIdsOf(PacketProperties? properties) =>
        properties is null ? [] : [.. properties.All.Where(p => p.Id == PropertyId.SubscriptionIdentifier).Select(p => p.Number)];

    private static byte First(QualityOfService qos, bool retain, bool duplicate) => (byte)(
        (byte)PacketType.Publish << 4 | (duplicate ? DuplicateFlag : 0) | (byte)qos << 1 | (retain ? RetainFlag : 0));

    private static int HeadBytes(string topic, QualityOfService qos, MqttVersion version, PacketProperties? properties) =>
        PacketWriter.TextBytes(topic) + (qos == QualityOfService.AtMostOnce ? 0 : 2) + PacketProperties.BytesOf(properties, version);
}
