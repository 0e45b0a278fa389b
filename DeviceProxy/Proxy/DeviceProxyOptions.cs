using Fog.DeviceProxy.Mqtt;

namespace Fog.DeviceProxy.Proxy;

/// <summary>Opens a connection to the broker; <paramref name="handler"/> gets every message that comes.</summary>
/// <exception cref="MqttException">Not now: it is called again later.</exception>
/// <exception cref="OperationCanceledException">Not in time: likewise.</exception>
public delegate Task<IMqttConnection> MqttConnector(Func<MqttMessage, ValueTask> handler, CancellationToken cancellation);

public sealed class DeviceProxyOptions
{
    /// <summary>Names of the sites whose devices are served here.</summary>
    public IList<string> Sites { get; } = [];

    /// <summary>How to reach the broker, from the container's services. Required.</summary>
    public Func<IServiceProvider, MqttConnector>? Broker { get; set; }

    /// <summary>A second way to the broker, where other proxies may share it: hellos come by it, each to one of them. Its sessions must end with their connections. Null: this proxy is the broker's only one.</summary>
    public Func<IServiceProvider, MqttConnector>? Hellos { get; set; }

    public ProxyLimits Limits { get; set; } = new();
}
