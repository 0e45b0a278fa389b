using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Sessions;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Client;

/// <summary>What MQTT 5 lets the two sides agree on in CONNECT and CONNACK.</summary>
public sealed partial class MqttClient
{
    private readonly Dictionary<ushort, string> inboundAliases = [];
    private TopicAliases? outboundAliases;
    private TimeSpan keepAlive;
    private uint brokerPacketBytesMax = uint.MaxValue;
    private QualityOfService brokerQosMax = QualityOfService.ExactlyOnce;
    private bool brokerRetains = true;

    private PacketProperties Proposal()
    {
        var limits = options.Limits;
        var properties = new PacketProperties()
            .Add(PropertyId.ReceiveMaximum, (uint)Math.Clamp(limits.ReceivedMessagesMax, 1, ushort.MaxValue))
            .Add(PropertyId.MaximumPacketSize, (uint)FixedHeader.Bytes(limits.PacketBytesMax))
            .Add(PropertyId.TopicAliasMaximum, (uint)limits.TopicAliasesMax);
        return options.CleanSession ? properties : properties.Add(PropertyId.SessionExpiry, options.SessionExpiry);
    }

    /// <summary>What the broker says about itself; nothing, before MQTT 5.</summary>
    private void Agree(PacketProperties? broker)
    {
        keepAlive = broker?.Seconds(PropertyId.ServerKeepAlive) ?? options.KeepAlive; // MQTT-3.2.2-21
        assignedClientId = broker?.Text(PropertyId.AssignedClientIdentifier);
        outbound.Window = (int)Math.Min(broker?.Number(PropertyId.ReceiveMaximum) ?? ushort.MaxValue, (uint)options.Limits.InflightMax); // MQTT-3.3.4-7
        brokerPacketBytesMax = broker?.Number(PropertyId.MaximumPacketSize) ?? uint.MaxValue;
        brokerQosMax = (QualityOfService)(broker?.Number(PropertyId.MaximumQos) ?? (uint)QualityOfService.ExactlyOnce);
        brokerRetains = broker?.Number(PropertyId.RetainAvailable) != 0;
        if (broker?.Number(PropertyId.TopicAliasMaximum) is { } aliases and > 0)
            outboundAliases = new TopicAliases((int)Math.Min(aliases, (uint)options.Limits.TopicAliasesMax)); // MQTT-3.2.2-17
    }

    /// <summary>Why the broker cannot take such a message, if it has said so (MQTT-3.2.2-11, -14).</summary>
    private MqttReasonCode? Unavailable(MqttMessage message) =>
        message.Qos > brokerQosMax ? MqttReasonCode.QosNotSupported
        : message.Retain && !brokerRetains ? MqttReasonCode.RetainNotSupported
        : null;

    private string? ResolveAlias(PublishPacket packet)
    {
        if (packet.TopicAlias > options.Limits.TopicAliasesMax)
            return null;
        if (packet.Message.Topic.Length == 0)
            return inboundAliases.GetValueOrDefault(packet.TopicAlias);
        return inboundAliases[packet.TopicAlias] = packet.Message.Topic;
    }

    private static async Task PublishedAsync(string topic, Task<MqttReasonCode> done)
    {
        var reason = await done;
        if (reason >= MqttReasonCode.UnspecifiedError)
            throw MqttException.PublishRefused(topic, reason);
    }

    private static void RequireProperties(MqttMessageProperties properties, string parameter)
    {
        if (properties.Expiry < TimeSpan.Zero)
            throw new ArgumentException("A message expiry is not negative.", parameter);
        if (properties.ResponseTopic is { } topic)
            Topic.RequireName(topic);
        if (properties.User.Count > PacketProperties.CountMax - 6)
            throw new ArgumentException($"A message has at most {PacketProperties.CountMax - 6} user properties.", parameter);
        if (properties.CorrelationData?.Length > ushort.MaxValue)
            throw new ArgumentException($"Correlation data has at most {ushort.MaxValue} bytes.", parameter);
    }
}
