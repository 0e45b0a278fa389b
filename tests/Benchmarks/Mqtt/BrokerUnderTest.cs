using System.Net;
using Fog.DeviceProxy.Mqtt.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Benchmarks.Mqtt;

/// <summary>The broker as the silo hosts it, and nothing else in its process.</summary>
internal static class BrokerUnderTest
{
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(new MqttBroker(TimeProvider.System));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseConnectionHandler<MqttConnectionHandler>()));
        await builder.Build().RunAsync();
    }
}
