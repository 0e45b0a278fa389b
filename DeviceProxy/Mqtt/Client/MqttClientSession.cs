using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Client;

/// <summary>
/// The client's half of a persistent session (3.1.2.4): messages sent but not acknowledged, which the next
/// connection sends again (MQTT-4.4.0-1), and QoS 2 messages received but not released. Give the same
/// object to each connection of one client identifier; one connection at a time.
/// </summary>
/// <remarks>Whoever keeps a session need not publish again what failed because its connection ended.</remarks>
public sealed class MqttClientSession
{
    internal OutboundFlow Outbound { get; }

    internal UnreleasedIds Inbound { get; } = new();

    public MqttClientSession(MqttLimits? limits = null) => Outbound = new OutboundFlow(QueueLimits.OfClient(limits ?? new MqttLimits()));
}
