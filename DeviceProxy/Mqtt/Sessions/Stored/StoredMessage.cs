using System.Globalization;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions.Stored;

/// <summary>A message of QoS 1 or 2 that waits, or is in flight.</summary>
/// <remarks><code>
/// group "mqtt-message/" and the client identifier, name: sequence number, 16 hexadecimal digits
/// byte      version: 1
/// uint16    number of subscription identifiers
/// uint32    each of them
/// uint64    when it expires, ms since 1970; 0: never
/// …         PUBLISH of MQTT 5, with its packet identifier; or PUBREL, once PUBREC has come
/// </code></remarks>
/// <param name="Outgoing">Of a PUBREL only the QoS.</param>
internal sealed record StoredMessage(string ClientId, long Sequence, ushort PacketId, bool IsReleasing, Outgoing Outgoing)
{
    public const string GroupPrefix = "mqtt-message/";

    private static readonly MqttMessage released = new("", ReadOnlyMemory<byte>.Empty, QualityOfService.ExactlyOnce);

    public static (string, string) Key(string clientId, long sequence) => (GroupPrefix + clientId, sequence.ToString("x16", CultureInfo.InvariantCulture));

    public static byte[] Write(in Outgoing outgoing, ushort packetId, DateTimeOffset epoch)
    {
        var output = new RecordWriter();
        output.UInt16((ushort)(outgoing.Identifiers?.Length ?? 0));
        foreach (var id in outgoing.Identifiers ?? [])
            output.UInt32(id);
        output.Message(outgoing.Message, outgoing.Qos, outgoing.Retain, packetId, epoch);
        return output.ToArray();
    }

    public static byte[] WriteRelease(ushort packetId)
    {
        var output = new RecordWriter();
        output.UInt16(0);
        output.Time(null);
        output.Packet(new PubRelPacket(packetId));
        return output.ToArray();
    }

    /// <exception cref="UnreadableSessionException">It is of a later version, or damaged.</exception>
    public static StoredMessage Read(in SessionRecord record, DateTimeOffset epoch)
    {
        var input = new RecordReader(record);
        var identifiers = new uint[input.UInt16()];
        for (var i = 0; i < identifiers.Length; i++)
            identifiers[i] = input.UInt32();
        if (!long.TryParse(record.Name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence) || sequence <= 0)
            throw input.Damaged();
        var (message, packetId, isRelease) = input.MessageOrRelease(epoch);
        input.End();
        return new StoredMessage(
            record.Group[GroupPrefix.Length..], sequence, packetId, isRelease,
            isRelease ? new Outgoing(released, QualityOfService.ExactlyOnce, false)
                : new Outgoing(message, message.Qos, message.Retain, null, identifiers.Length == 0 ? null : identifiers));
    }
}
