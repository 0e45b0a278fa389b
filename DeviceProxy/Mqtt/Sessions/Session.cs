using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>What the server keeps for a client (3.1.2.4), connected or not.</summary>
/// <param name="isLocal">It is this process's own; nobody takes it over from outside.</param>
internal sealed class Session(string clientId, bool isLocal, OutboundFlow outbound) : Subscriber
{
    public string ClientId { get; } = clientId;

    /// <summary>How long it outlives its connection; zero: it ends with it (MQTT-3.1.2-6, MQTT 5: 3.1.2.11.2). <see cref="TimeSpan.MaxValue"/>: for ever.</summary>
    public TimeSpan Expiry { get; set; }

    public bool IsLocal { get; } = isLocal;

    /// <summary>By filter, as the client gave it.</summary>
    public Dictionary<string, Subscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    public int FilterCharacters { get; set; }

    public OutboundFlow Outbound { get; } = outbound;

    public UnreleasedIds Inbound { get; } = new();

    /// <summary>Where its messages are written down; none: it is in memory only.</summary>
    public MessageLog? Log { get; set; }

    /// <summary>The latest commit of what the broker has to remember before it answers this session's client.</summary>
    public long Commit { get; set; }

    /// <summary>The connection that the session is used by now.</summary>
    public Peer? Peer { get; set; }

    /// <summary>Since when no connection has used it; meaningless while one does. Negative: since before this process.</summary>
    public TimeSpan OfflineSince { get; set; }

    /// <summary>When it ends by itself; never while a connection uses it.</summary>
    public TimeSpan ExpiresAt => Peer is not null || (OfflineSince > TimeSpan.Zero ? Expiry > TimeSpan.MaxValue - OfflineSince : Expiry == TimeSpan.MaxValue) ? TimeSpan.MaxValue : OfflineSince + Expiry;

    /// <summary>MQTT 5: the will of the connection that ended, until it is due or the client is back (MQTT-3.1.3-9).</summary>
    public DelayedWill? DelayedWill { get; set; }

    /// <summary>The message being routed, and what this session's matching subscriptions make of it together (MQTT-3.3.5-1).</summary>
    public (MqttMessage? Message, Subscription Subscription) Matched { get; set; }
}

/// <summary>A will that waits, and on whose behalf.</summary>
internal sealed record DelayedWill(MqttMessage Message, string Identity, TimeSpan Due);
