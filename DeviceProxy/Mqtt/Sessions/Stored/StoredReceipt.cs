using System.Globalization;
using Fog.DeviceProxy.Mqtt.Broker;

namespace Fog.DeviceProxy.Mqtt.Sessions.Stored;

/// <summary>That a QoS 2 message was received, until its PUBREL.</summary>
/// <remarks><code>
/// group "mqtt-receipt/" and the client identifier, name: packet identifier, 4 hexadecimal digits
/// byte      version: 1
/// </code></remarks>
internal static class StoredReceipt
{
    public const string GroupPrefix = "mqtt-receipt/";

    public static (string, string) Key(string clientId, ushort packetId) => (GroupPrefix + clientId, packetId.ToString("x4", CultureInfo.InvariantCulture));

    public static byte[] Write() => new RecordWriter().ToArray();

    /// <exception cref="UnreadableSessionException">It is of a later version, or damaged.</exception>
    public static (string ClientId, ushort PacketId) Read(in SessionRecord record)
    {
        var input = new RecordReader(record);
        input.End();
        return ushort.TryParse(record.Name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            ? (record.Group[GroupPrefix.Length..], id)
            : throw input.Damaged();
    }
}
