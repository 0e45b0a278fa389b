using System.Collections.Concurrent;
using System.Net;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.DeviceProxy.Proxy;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>One more device proxy before the grains of a silo in this process, at a broker that is not the silo's.</summary>
internal sealed class SecondProxy : IAsyncDisposable
{
    private const string ClientId = "fog-home-second";

    private readonly ConcurrentBag<MqttClient> _lines = [];
    private volatile bool _isDead;

    private SecondProxy(IPEndPoint broker, IGrainFactory grains)
    {
        var at = new Uri($"mqtt://{broker}");
        Proxy = new DeviceProxyService(
            ["home"],
            Mortal(ExternalBroker.Connector(at, ClientId, TimeProvider.System)),
            Mortal(ExternalBroker.Hellos(at, ClientId, TimeProvider.System)),
            grains,
            TimeProvider.System,
            NullLogger<DeviceProxyService>.Instance,
            new ProxyLimits());
    }

    public DeviceProxyService Proxy { get; }

    public static async Task<SecondProxy> Start(IPEndPoint broker, IGrainFactory grains)
    {
        var second = new SecondProxy(broker, grains);
        await second.Proxy.StartAsync(default);
        return second;
    }

    /// <summary>Its connections break off, and it makes no others.</summary>
    public void Die()
    {
        _isDead = true;
        foreach (var line in _lines)
        {
            line.Abort();
        }
    }

    public async ValueTask DisposeAsync() => await Proxy.StopAsync(default);

    private MqttConnector Mortal(MqttConnector connect) => async (handler, cancellation) =>
    {
        if (_isDead)
        {
            throw new OperationCanceledException();
        }

        var line = await connect(handler, cancellation);
        _lines.Add((MqttClient)line);
        return line;
    };
}
