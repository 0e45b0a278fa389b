using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;

namespace Fog.Firmware.Virtual;

/// <summary>Connects a device to its broker.</summary>
/// <exception cref="MqttException">There is none.</exception>
public delegate Task<MqttClient> ConnectToBroker(
    MqttConnectOptions options, Func<MqttMessage, ValueTask> handler, TimeProvider clock, CancellationToken cancellation);

/// <summary>Where brokers are.</summary>
public static class Brokers
{
    public static ConnectToBroker Tcp(string host, int port) =>
        (options, handler, clock, cancellation) => MqttClient.ConnectAsync(host, port, options, handler, clock, cancellation);
}
