namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>Whoever a topic filter leads to: one session, or a group of which one gets the message.</summary>
internal abstract class Subscriber;
