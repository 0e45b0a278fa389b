using System.Buffers;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>A message on its way to one receiver, with what belongs to this delivery and not to the message.</summary>
/// <param name="Retain">The RETAIN flag of this delivery (MQTT-3.3.1-8, -9).</param>
/// <param name="Identifiers">MQTT 5: of the subscriptions that matched.</param>
/// <param name="Done">Client: completes when the message is handed over as its QoS demands.</param>
/// <param name="Kept">Broker: its record in the store; none: it is in memory only.</param>
internal readonly record struct Outgoing(
    MqttMessage Message, QualityOfService Qos, bool Retain, TaskCompletionSource<MqttReasonCode>? Done = null, uint[]? Identifiers = null, Kept? Kept = null);

/// <summary>What to send next.</summary>
/// <param name="IsRelease">A PUBREL for <paramref name="PacketId"/> rather than a PUBLISH.</param>
/// <param name="Duplicate">The DUP flag: it was sent before (MQTT-3.3.1-1).</param>
internal readonly record struct Transmission(Outgoing Outgoing, ushort PacketId, bool IsRelease, bool Duplicate)
{
    /// <summary>Writes it; false if it exceeds what the receiver takes in one packet.</summary>
    public bool TryWrite(IBufferWriter<byte> output, MqttVersion version, uint packetBytesMax, TopicAliases? aliases, TimeSpan now)
    {
        if (IsRelease)
        {
            new PubRelPacket(PacketId).Write(output, version);
            return true;
        }

        var message = Outgoing.Message;
        var topic = message.Topic;
        var properties = version == MqttVersion.V5 ? Properties(now) : null;
        if (packetBytesMax != uint.MaxValue && PublishPacket.Bytes(message, topic, Outgoing.Qos, version, properties) + AliasBytes(aliases) > packetBytesMax)
            return false;
        if (aliases is not null && aliases.For(topic) is var (alias, isKnown) && alias != 0)
        {
            properties = (properties ?? new PacketProperties()).Add(PropertyId.TopicAlias, alias);
            topic = isKnown ? "" : topic;
        }

        PublishPacket.Write(output, message, topic, Outgoing.Qos, Outgoing.Retain, Duplicate, PacketId, version, properties);
        return true;
    }

    /// <summary>The most that naming an alias adds: its three bytes, and as many of lengths that grow with it.</summary>
    private static int AliasBytes(TopicAliases? aliases) => aliases is null ? 0 : 5;

    private PacketProperties? Properties(TimeSpan now)
    {
        var properties = PacketProperties.Of(Remaining(Outgoing.Message, now).Properties);
        foreach (var id in Outgoing.Identifiers ?? [])
            properties = (properties ?? new PacketProperties()).Add(PropertyId.SubscriptionIdentifier, id);
        return properties;
    }

    /// <summary>The message with what is left of its time (MQTT-3.3.2-6).</summary>
    private static MqttMessage Remaining(MqttMessage message, TimeSpan now) => message.Properties is { ExpiresAt: { } end } properties
        ? message with { Properties = properties with { Expiry = end > now ? end - now : TimeSpan.Zero, ExpiresAt = null } }
        : message;

    /// <summary>The message as its receiver sees it; the publisher's own object where that says the same.</summary>
    public MqttMessage ToMessage(TimeSpan now = default)
    {
        var (qos, retain) = (Outgoing.Qos, Outgoing.Retain);
        var message = Remaining(Outgoing.Message, now);
        return message.Qos == qos && message.Retain == retain && message.Duplicate == Duplicate
            ? message
            : message with { Qos = qos, Retain = retain, Duplicate = Duplicate };
    }
}
