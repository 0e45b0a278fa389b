namespace Fog.DeviceProxy.Mqtt;

/// <summary>How hard sender and receiver try (MQTT 3.1.1, 4.3). The values are those on the wire.</summary>
public enum QualityOfService : byte
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}
