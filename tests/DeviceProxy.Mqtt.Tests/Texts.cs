using System.Text;

namespace Fog.DeviceProxy.Mqtt.Tests;

internal static class Texts
{
    public static MqttMessage Message(string topic, string text, QualityOfService qos = QualityOfService.AtLeastOnce, bool retain = false) =>
        new(topic, Encoding.UTF8.GetBytes(text), qos, retain);

    public static string Text(this MqttMessage message) => Encoding.UTF8.GetString(message.Payload.Span);
}
