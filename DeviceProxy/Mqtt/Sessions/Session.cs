namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>What the server keeps for a client (3.1.2.4), connected or not.</summary>
/// <param name="isClean">It ends with its connection (MQTT-3.1.2-6).</param>
/// <param name="isLocal">It is this process's own; nobody takes it over from outside.</param>
internal sealed class Session(string clientId, bool isClean, bool isLocal, OutboundFlow outbound)
{
    public string ClientId { get; } = clientId;

    public bool IsClean { get; } = isClean;

    public bool IsLocal { get; } = isLocal;

    /// <summary>Filters; the granted QoS is with the subscription itself.</summary>
    public HashSet<string> Filters { get; } = new(StringComparer.Ordinal);

    public int FilterCharacters { get; set; }

    public OutboundFlow Outbound { get; } = outbound;

    public UnreleasedIds Inbound { get; } = new();

    /// <summary>The connection that the session is used by now.</summary>
    public Peer? Peer { get; set; }

    /// <summary>Since when no connection has used it; meaningless while one does.</summary>
    public TimeSpan OfflineSince { get; set; }

    /// <summary>The message being routed, and the best QoS among this session's matching subscriptions (MQTT-3.3.5-1).</summary>
    public (MqttMessage? Message, QualityOfService Qos) Matched { get; set; }
}
