using Fog.DeviceProxy.Mqtt.Broker;

namespace Fog.DeviceProxy.Mqtt.Sessions.Stored;

/// <summary>The retained message of a topic.</summary>
/// <remarks><code>
/// group "mqtt-retained", name: topic
/// byte      version: 1
/// uint64    when it expires, ms since 1970; 0: never
/// …         PUBLISH of MQTT 5; packet identifier 1 if it has one
/// </code></remarks>
internal static class StoredRetained
{
    public const string Group = "mqtt-retained";

    public static byte[] Write(MqttMessage message, DateTimeOffset epoch)
    {
        var output = new RecordWriter();
        output.Message(message, message.Qos, retain: true, 1, epoch);
        return output.ToArray();
    }

    /// <exception cref="UnreadableSessionException">It is of a later version, or damaged.</exception>
    public static MqttMessage Read(in SessionRecord record, DateTimeOffset epoch)
    {
        var input = new RecordReader(record);
        var message = input.Message(epoch).Message;
        input.End();
        return message;
    }
}
