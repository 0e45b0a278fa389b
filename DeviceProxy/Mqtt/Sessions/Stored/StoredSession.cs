using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Sessions.Stored;

/// <summary>A session but for its messages.</summary>
/// <remarks><code>
/// group "mqtt-session", name: client identifier
/// byte      version: 1
/// byte      flags: 0 in process, 1 connected, 2 will
/// uint64    expiry, ms; all ones: never
/// uint64    since when it is offline, ms since 1970; connected: 0
/// uint64    sequence number of the latest message sent; connected: how many may be in flight
/// [uint64   will: due, ms since 1970; connected: its delay, ms
///  string   on whose behalf: the identity that the access rules gave
///  uint64 … as a retained message]
/// uint16    number of subscriptions, then of each:
///   string  filter
///   byte    options, as in SUBSCRIBE: 0–1 QoS, 2 no local, 3 retain as published
///   uint32  subscription identifier; 0: none
/// </code>
/// Integers and strings as in MQTT (1.5).</remarks>
/// <param name="OfflineSince">Null: it was connected.</param>
/// <param name="LastSent">Connected: how many messages may have been in flight.</param>
internal sealed record StoredSession(
    string ClientId, bool IsLocal, TimeSpan Expiry, DateTimeOffset? OfflineSince, long LastSent,
    StoredWill? Will, IReadOnlyList<KeyValuePair<string, Subscription>> Subscriptions)
{
    public const string Group = "mqtt-session";

    private const int LocalFlag = 1, ConnectedFlag = 2, WillFlag = 4, NoLocalFlag = 4, RetainAsPublishedFlag = 8;

    public static byte[] Write(Session session, DateTimeOffset epoch)
    {
        var output = new RecordWriter();
        var peer = session.Peer;
        var will = peer is not null
            ? peer.Will is { } own ? new StoredWill(own, peer.Identity, null, peer.WillDelay) : null
            : session.DelayedWill is { } delayed ? new StoredWill(delayed.Message, delayed.Identity, epoch + delayed.Due, TimeSpan.Zero) : null;
        output.Byte((byte)((session.IsLocal ? LocalFlag : 0) | (peer is not null ? ConnectedFlag : 0) | (will is not null ? WillFlag : 0)));
        output.UInt64(session.Expiry == TimeSpan.MaxValue ? ulong.MaxValue : (ulong)session.Expiry.TotalMilliseconds);
        output.Time(peer is not null ? null : epoch + session.OfflineSince);
        output.UInt64(peer is not null ? (ulong)session.Outbound.Window : (ulong)session.Log!.LastSent);
        if (will is not null)
        {
            output.UInt64(will.Due is { } due ? (ulong)due.ToUnixTimeMilliseconds() : (ulong)will.Delay.TotalMilliseconds);
            output.Text(will.Identity);
            output.Message(will.Message, will.Message.Qos, will.Message.Retain, 1, epoch);
        }

        output.UInt16((ushort)session.Subscriptions.Count);
        foreach (var (filter, subscription) in session.Subscriptions)
        {
            output.Text(filter);
            output.Byte((byte)((int)subscription.Qos | (subscription.NoLocal ? NoLocalFlag : 0) | (subscription.RetainAsPublished ? RetainAsPublishedFlag : 0)));
            output.UInt32(subscription.Identifiers is [var id] ? id : 0);
        }

        return output.ToArray();
    }

    /// <exception cref="UnreadableSessionException">It is of a later version, or damaged.</exception>
    public static StoredSession Read(in SessionRecord record, DateTimeOffset epoch)
    {
        var input = new RecordReader(record);
        var flags = input.Byte();
        bool isConnected = (flags & ConnectedFlag) != 0;
        var expiry = input.UInt64();
        var offlineSince = input.Time();
        var lastSent = (long)input.UInt64();
        StoredWill? will = null;
        if ((flags & WillFlag) != 0)
        {
            var at = input.UInt64();
            var identity = input.Text();
            will = new StoredWill(
                input.Message(epoch).Message, identity,
                isConnected ? null : RecordReader.TimeOf(at), isConnected ? RecordReader.SpanOf(at) : TimeSpan.Zero);
        }

        var subscriptions = new KeyValuePair<string, Subscription>[input.UInt16()];
        for (var i = 0; i < subscriptions.Length; i++)
        {
            var filter = input.Text();
            var options = input.Byte();
            var id = input.UInt32();
            if ((options & 3) == 3 || !Topic.IsFilter(filter) || (SharedFilter.IsShared(filter) && SharedFilter.Parse(filter) is null))
                throw input.Damaged();
            subscriptions[i] = new(filter, new Subscription(
                (QualityOfService)(options & 3), (options & NoLocalFlag) != 0, (options & RetainAsPublishedFlag) != 0, id == 0 ? null : [id]));
        }

        input.End();
        return new StoredSession(
            record.Name, (flags & LocalFlag) != 0, expiry == ulong.MaxValue ? TimeSpan.MaxValue : RecordReader.SpanOf(expiry),
            isConnected ? null : offlineSince, lastSent, will, subscriptions);
    }
}

/// <param name="Due">Null: its client is connected.</param>
/// <param name="Delay">From the end of the connection.</param>
internal sealed record StoredWill(MqttMessage Message, string Identity, DateTimeOffset? Due, TimeSpan Delay);
