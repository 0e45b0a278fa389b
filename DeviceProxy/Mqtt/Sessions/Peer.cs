using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>An open connection as the exchange sees it: whom it belongs to, what it is owed, when it was last heard.</summary>
/// <remarks>Guarded by the broker's lock, but for <see cref="Wake"/>.</remarks>
internal abstract class Peer
{
    /// <summary>None until CONNECT has been accepted, and after the end.</summary>
    public Session? Session { get; set; }

    /// <summary>It lives in this process: the access rules are not about it.</summary>
    public virtual bool IsLocal => false;

    /// <summary>Who the access rules say it is.</summary>
    public string Identity { get; set; } = "";

    /// <summary>As its CONNECT said.</summary>
    public MqttVersion Version { get; set; } = MqttVersion.V311;

    public MqttMessage? Will { get; set; }

    /// <summary>MQTT 5: from the connection's end to the will.</summary>
    public TimeSpan WillDelay { get; set; }

    /// <summary>MQTT 5: what the peer is willing to receive in one packet (MQTT-3.1.2-24).</summary>
    public uint PacketBytesMax { get; set; } = uint.MaxValue;

    /// <summary>MQTT 5: the topic aliases that this side uses; none before the first that may be used.</summary>
    public TopicAliases? OutboundAliases { get; set; }

    /// <summary>MQTT 5: the topics of the aliases that the peer uses, in their order from 1.</summary>
    public string?[] InboundAliases { get; set; } = [];

    /// <summary>MQTT 5: unreleased messages of the session from before this connection, which its receive maximum does not count.</summary>
    public int UnreleasedBefore { get; set; }

    /// <summary>Of what it publishes; null: any.</summary>
    public RateLimit? MessageRate { get; set; }

    public RateLimit? ByteRate { get; set; }

    /// <summary>Zero: it may be silent forever.</summary>
    public TimeSpan KeepAlive { get; set; }

    public TimeSpan LastHeard { get; set; }

    /// <summary>Answers that go before any message, each with the commit that must be durable first.</summary>
    public Queue<(MqttPacket Packet, long Commit)> Replies { get; } = new(0);

    /// <summary>Why it ends; from then on only its replies are still sent.</summary>
    public MqttClosure? Closing { get; set; }

    /// <summary>MQTT 5: it was told why, so the first to close is left to it: a close from here would meet what it still sends, and the reason could be lost.</summary>
    public bool IsToCloseFirst { get; set; }

    public TimeSpan ClosingSince { get; set; }

    /// <summary>Already in the exchange's list of peers to wake.</summary>
    public bool IsReady { get; set; }

    /// <summary>Something is there to send, or it is to close. Called without the broker's lock.</summary>
    public abstract void Wake();

    /// <summary>Closing in order took too long. Called without the broker's lock.</summary>
    public abstract void Abort();
}
