namespace Fog.DeviceProxy.Mqtt;

/// <summary>An application message: what a publisher says about one topic.</summary>
/// <param name="Topic">A topic name: 1 to 65,535 bytes of UTF-8 without wildcards or U+0000 (4.7).</param>
/// <param name="Payload">
/// Any bytes. Messages are shared, never copied, between the sessions that they wait in: whoever
/// publishes must not change the bytes afterwards. A received payload belongs to its receiver.
/// </param>
/// <param name="Qos">Published: what the publisher asks for. Received: what it was delivered with.</param>
/// <param name="Retain">
/// Published: keep it as the topic's last known value. Received: it was that value, sent because of a
/// new subscription (MQTT-3.3.1-8); false for a live message (MQTT-3.3.1-9) unless the subscription
/// asked for the flag as published (MQTT 5).
/// </param>
public sealed record MqttMessage(
    string Topic,
    ReadOnlyMemory<byte> Payload,
    QualityOfService Qos = QualityOfService.AtLeastOnce,
    bool Retain = false)
{
    /// <summary>Received only: this may be a second delivery of the same message (DUP, 3.3.1.1).</summary>
    public bool Duplicate { get; init; }

    /// <summary>MQTT 5 only; none is the same as all of them unset.</summary>
    public MqttMessageProperties? Properties { get; init; }

    /// <summary>What the message occupies while it waits, as counted against the byte limits.</summary>
    internal int HeldBytes => Payload.Length + Topic.Length * sizeof(char) + (Properties?.HeldBytes ?? 0);
}
