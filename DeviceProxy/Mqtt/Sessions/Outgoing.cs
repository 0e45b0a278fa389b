using System.Buffers;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>A message on its way to one receiver, with what belongs to this delivery and not to the message.</summary>
/// <param name="Retain">The RETAIN flag of this delivery (MQTT-3.3.1-8, -9).</param>
/// <param name="Done">Client: completes when the message is handed over as its QoS demands.</param>
internal readonly record struct Outgoing(
    MqttMessage Message, QualityOfService Qos, bool Retain, TaskCompletionSource? Done = null);

/// <summary>What to send next.</summary>
/// <param name="IsRelease">A PUBREL for <paramref name="PacketId"/> rather than a PUBLISH.</param>
/// <param name="Duplicate">The DUP flag: it was sent before (MQTT-3.3.1-1).</param>
internal readonly record struct Transmission(Outgoing Outgoing, ushort PacketId, bool IsRelease, bool Duplicate)
{
    public void Write(IBufferWriter<byte> output)
    {
        if (IsRelease)
            new PubRelPacket(PacketId).Write(output);
        else
            PublishPacket.Write(output, Outgoing.Message, Outgoing.Qos, Outgoing.Retain, Duplicate, PacketId);
    }

    /// <summary>The message as its receiver sees it; the publisher's own object where that says the same.</summary>
    public MqttMessage ToMessage()
    {
        var (message, qos, retain, _) = Outgoing;
        return message.Qos == qos && message.Retain == retain && message.Duplicate == Duplicate
            ? message
            : message with { Qos = qos, Retain = retain, Duplicate = Duplicate };
    }
}
