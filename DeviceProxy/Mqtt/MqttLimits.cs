namespace Fog.DeviceProxy.Mqtt;

/// <summary>Every bound on what a peer, or a caller in a hurry, can make this library hold.</summary>
/// <remarks>
/// "Origin" names where a default comes from. Message bytes are payload plus two bytes per character of
/// the topic, which is what a waiting message occupies.
/// </remarks>
public sealed record MqttLimits
{
    /// <summary>Bytes in a packet after its fixed header, up to 268,435,455 (2.2.3). Default 1 MiB. Origin: 256 times a device message.</summary>
    public int PacketBytesMax { get; init; } = 1024 * 1024;

    /// <summary>The same for CONNECT, which comes from a stranger. Default 16 KiB. Origin: room for a will of a few KB.</summary>
    public int ConnectPacketBytesMax { get; init; } = 16 * 1024;

    /// <summary>Bytes in a client identifier. Default 128. Origin: at least 23 (MQTT-3.1.3-5); a site and a node name fit.</summary>
    public int ClientIdBytesMax { get; init; } = 128;

    /// <summary>Levels in a topic name or filter. Default 32. Origin: the device protocol uses five; it bounds the depth of recursion.</summary>
    public int TopicLevelsMax { get; init; } = 32;

    /// <summary>Open network connections. Default 20,000. Origin: one gateway's devices with room to spare.</summary>
    public int ConnectionsMax { get; init; } = 20_000;

    /// <summary>Sessions, connected or not. Default 100,000.</summary>
    public int SessionsMax { get; init; } = 100_000;

    /// <summary>How long a session outlives its connection at most (3.1.1: always, unless it is clean). Default seven days. Origin: longer than any device sleeps.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Subscriptions in one session, and filters in one packet; the next is answered 0x80. Default 256.</summary>
    public int SubscriptionsPerSessionMax { get; init; } = 256;

    /// <summary>Characters of all filters in one session; the next is answered 0x80. Default 16,384. Origin: 64 for each subscription.</summary>
    public int SubscriptionCharactersMax { get; init; } = 16_384;

    /// <summary>QoS 1 and 2 messages sent to one receiver and not yet acknowledged. Default 32. Origin: a small receiver's memory.</summary>
    public int InflightMax { get; init; } = 32;

    /// <summary>MQTT 5: QoS 2 messages received from one client and not yet released, 1 to 65,535; one more ends the connection (MQTT-3.3.4-9). Default 256. QoS 1 is acknowledged at once.</summary>
    public int ReceiveMax { get; init; } = 256;

    /// <summary>MQTT 5: topic aliases on one connection, in each direction, 0 to 65,535. Default 16. Origin: a device uses five topics.</summary>
    public int TopicAliasesMax { get; init; } = 16;

    /// <summary>MQTT 5: the longest keepalive that a client may have, whole seconds; it is told so (MQTT-3.2.2-21). Zero, the default: any, and none.</summary>
    public TimeSpan KeepAliveMax { get; init; } = TimeSpan.Zero;

    /// <summary>CONNECTs admitted in any second; one more is refused as "server unavailable", in MQTT 5 as "connection rate exceeded". Default 5,000. Origin: all devices of a gateway within some seconds after an outage.</summary>
    public int ConnectsPerSecondMax { get; init; } = 5000;

    /// <summary>The same for one identity, which admission gives. Zero, the default: any.</summary>
    public int ConnectsPerSecondPerIdentityMax { get; init; }

    /// <summary>Messages that one connection may publish in any second; one more ends it (MQTT 5: 0x96). Zero, the default: any.</summary>
    public int MessagesPerSecondMax { get; init; }

    /// <summary>The same for message bytes; the one that exceeds it is still taken. Zero, the default: any.</summary>
    public int BytesPerSecondMax { get; init; }

    /// <summary>Messages that wait in one session; the next is dropped and counted. Default 4,096.</summary>
    public int QueuedMessagesMax { get; init; } = 4096;

    /// <summary>Message bytes that wait or are in flight in one session. Default 2 MiB.</summary>
    public int QueuedBytesMax { get; init; } = 2 * 1024 * 1024;

    /// <summary>A QoS 0 message is dropped when this many messages wait already. Default 2,048. Origin: half, so that QoS 0 cannot crowd out QoS 1.</summary>
    public int QueuedMessagesMaxForQos0 { get; init; } = 2048;

    /// <summary>A QoS 0 message is dropped when this many message bytes wait already. Default 1 MiB. Origin: half.</summary>
    public int QueuedBytesMaxForQos0 { get; init; } = 1024 * 1024;

    /// <summary>Messages that wait for an in-process connection's handler. Default 65,536. Origin: it stands for every device at once.</summary>
    public int LocalQueuedMessagesMax { get; init; } = 65_536;

    /// <summary>Message bytes that wait for an in-process connection's handler. Default 64 MiB.</summary>
    public int LocalQueuedBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Message bytes that wait or are in flight in all sessions together. Default 256 MiB. Origin: a gateway's memory.</summary>
    public long QueuedBytesTotalMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Retained messages; a new topic beyond is not retained, and counted. Default 16,384.</summary>
    public int RetainedMessagesMax { get; init; } = 16_384;

    /// <summary>Message bytes retained. Default 64 MiB.</summary>
    public long RetainedBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Answers waiting for one peer to read them; its packets are not read meanwhile. Default 256.</summary>
    public int RepliesMax { get; init; } = 256;

    /// <summary>Connections of one endpoint that have been accepted and are still at their TLS handshake or before their first HTTP request; the next is closed. Default 512. Origin: a gateway has done so many handshakes within seconds.</summary>
    public int HandshakesMax { get; init; } = 512;

    /// <summary>How long that may take. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From accepting a network connection to its CONNECT. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From closing in order to closing by force. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Client: messages received that wait for the handler; QoS 0 beyond is dropped, QoS 1 and 2 end the connection. Default 1,024.</summary>
    public int ReceivedMessagesMax { get; init; } = 1024;

    /// <summary>Client: message bytes received that wait for the handler. Default 4 MiB.</summary>
    public int ReceivedBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Client: SUBSCRIBE and UNSUBSCRIBE not yet answered. Default 1,024. Origin: a fraction of the packet identifiers.</summary>
    public int RequestsMax { get; init; } = 1024;
}
