namespace Fog.DeviceProxy.Mqtt;

/// <summary>The protocol level of a connection (3.1.2.2). The values are those on the wire.</summary>
public enum MqttVersion : byte
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}
