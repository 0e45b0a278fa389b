namespace Fog.DeviceProxy.Mqtt;

/// <summary>What MQTT 5 says about a message besides its payload (3.3.2.3). A 3.1.1 receiver is not told.</summary>
public sealed record MqttMessageProperties
{
    /// <summary>The payload is text in UTF-8, says the publisher; nobody checks.</summary>
    public bool IsText { get; init; }

    /// <summary>Whole seconds, rounded up, that the message is of use; none: for ever. Received: what is left of them.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>What the payload is, usually a MIME type.</summary>
    public string? ContentType { get; init; }

    /// <summary>A topic name to answer to; it makes the message a request.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer shall repeat, so that the requester knows which request it is for.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>Whatever else; names may repeat and the order is kept (MQTT-3.3.2-17, -18).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> User { get; init; } = [];

    /// <summary>Broker: the end of <see cref="Expiry"/> on the broker's own clock.</summary>
    internal TimeSpan? ExpiresAt { get; init; }

    /// <summary>What the properties occupy while the message waits.</summary>
    internal int HeldBytes =>
        ((ContentType?.Length ?? 0) + (ResponseTopic?.Length ?? 0) + User.Sum(p => p.Key.Length + p.Value.Length)) * sizeof(char)
        + (CorrelationData?.Length ?? 0);
}
