using System.Net;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

/// <summary>A broker behind a real Kestrel endpoint on a free loopback port.</summary>
internal sealed class ListeningBroker : IAsyncDisposable
{
    private readonly WebApplication server;

    private ListeningBroker(WebApplication server, MqttBroker broker, IPEndPoint endPoint) =>
        (this.server, Broker, EndPoint) = (server, broker, endPoint);

    public MqttBroker Broker { get; }

    public IPEndPoint EndPoint { get; }

    public static async Task<ListeningBroker> StartAsync(MqttLimits? limits = null, IMqttAccess? access = null)
    {
        var broker = new MqttBroker(TimeProvider.System, limits, access);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(broker);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<MqttConnectionHandler>()));
        var server = builder.Build();
        await server.StartAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ListeningBroker(server, broker, new IPEndPoint(IPAddress.Loopback, new Uri(address).Port));
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
