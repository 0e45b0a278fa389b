using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

/// <summary>A broker behind a real Kestrel endpoint on a free loopback port.</summary>
internal sealed class ListeningBroker : IAsyncDisposable
{
    private readonly WebApplication server;

    private ListeningBroker(WebApplication server, MqttBroker broker, IPEndPoint endPoint, IPEndPoint http) =>
        (this.server, Broker, EndPoint, WebSocket) = (server, broker, endPoint, new Uri($"ws://{http}/mqtt"));

    public MqttBroker Broker { get; }

    public IPEndPoint EndPoint { get; }

    public Uri WebSocket { get; }

    public static async Task<ListeningBroker> StartAsync(
        MqttLimits? limits = null, IMqttAccess? access = null, TimeProvider? clock = null, X509Certificate2Collection? certificates = null)
    {
        var broker = new MqttBroker(clock ?? TimeProvider.System, limits, access);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(broker);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        ListenOptions mqtt = null!, http = null!;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                mqtt = listen;
                if (certificates is not null)
                    listen.UseMqttTls(certificates);
                listen.UseConnectionHandler<MqttConnectionHandler>();
            });
            kestrel.Listen(IPAddress.Loopback, 0, listen => http = listen.UseMqttHandshakes());
        });
        var server = builder.Build();
        server.MapMqtt();
        await server.StartAsync();
        return new ListeningBroker(server, broker, mqtt.IPEndPoint!, http.IPEndPoint!);
    }

    public Task<MqttClient> ConnectAsync(string clientId, Inbox? inbox = null, bool clean = true, MqttMessage? will = null) =>
        ConnectAsync(new MqttConnectOptions { ClientId = clientId, CleanSession = clean, Will = will }, inbox);

    public Task<MqttClient> ConnectAsync(MqttConnectOptions options, Inbox? inbox = null) =>
        MqttClient.ConnectAsync(EndPoint, options, (inbox ?? new Inbox()).ReceiveAsync, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await server.DisposeAsync();
    }
}
