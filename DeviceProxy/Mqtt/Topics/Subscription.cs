namespace Fog.DeviceProxy.Mqtt.Topics;

/// <summary>What a subscriber wants of the messages that its filter matches.</summary>
/// <param name="Qos">At most.</param>
/// <param name="NoLocal">MQTT 5: not what the subscriber publishes itself.</param>
/// <param name="RetainAsPublished">MQTT 5: with the RETAIN flag as it was published.</param>
/// <param name="Identifiers">MQTT 5: none or one, to be repeated with each message; an array, since deliveries share it.</param>
internal readonly record struct Subscription(
    QualityOfService Qos, bool NoLocal = false, bool RetainAsPublished = false, uint[]? Identifiers = null)
{
    public bool IsSameAs(in Subscription other) =>
        (Qos, NoLocal, RetainAsPublished) == (other.Qos, other.NoLocal, other.RetainAsPublished)
        && Identifiers.AsSpan().SequenceEqual(other.Identifiers);
}
