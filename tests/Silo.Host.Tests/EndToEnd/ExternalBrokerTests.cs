using System.Net;
using System.Threading.Channels;
using Fog.Client;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Devices and silo meet at somebody else's broker, mosquitto: the silo over our client or, on Orleans, over MQTTnet.</summary>
public sealed class ExternalBrokerTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly IPEndPoint _broker = new(IPAddress.Loopback, SiloProcess.FreePort());
    private Mosquitto _mosquitto = null!;

    public async Task InitializeAsync() => await Serve();

    public async Task DisposeAsync() => await _mosquitto.DisposeAsync();

    private async Task Serve() => _mosquitto = await Mosquitto.Start("-p", $"{_broker.Port}");

    [Fact]
    public async Task Five_devices_compute_a_sum_over_mosquitto_and_again_after_it_was_restarted()
    {
        await using var silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Broker = new Uri($"mqtt://{_broker}") });
        await silo.StartAsync();
        Assert.False(silo.HasBroker);
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Start(fog, _broker, 5);
        await AllCome(fog, devices, DateTimeOffset.MinValue);
        Assert.Equal(3.0, await Sum(fog, 1, 2));

        await _mosquitto.DisposeAsync();
        var restart = DateTimeOffset.UtcNow;
        await Serve();
        Assert.Equal(7.0, await Sum(fog, 3, 4));
        await AllCome(fog, devices, restart);

        await silo.StopAsync();
    }

    [Fact]
    public async Task Two_proxies_share_the_devices_and_all_calls_end_once_when_one_of_them_dies_amid_them()
    {
        const int Calls = 20;
        await using var silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Broker = new Uri($"mqtt://{_broker}") });
        await silo.StartAsync();
        var first = silo.Services.GetRequiredService<DeviceProxyService>();
        await using var second = await SecondProxy.Start(_broker, silo.Services.GetRequiredService<IGrainFactory>());
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Start(fog, _broker, 7, static (device, _) => device with { Period = TimeSpan.FromSeconds(2) });
        await AllCome(fog, devices, DateTimeOffset.MinValue);
        Assert.Equal(3.0, await Sum(fog, 1, 2));

        var accepted = await Task.WhenAll(Enumerable.Range(0, Calls).Select(Start));
        await Eventually.Comes("devices that are awake at the second proxy, and have been at the first", s_patience, () =>
            Task.FromResult(first.Statistics.Sent > 0 && second.Proxy.Statistics.Devices > 0 ? "both" : null));
        second.Die();
        var death = DateTimeOffset.UtcNow;
        accepted = [.. accepted, .. await Task.WhenAll(Enumerable.Range(Calls, Calls).Select(Start))];

        var ended = await Task.WhenAll(accepted.Select(call => fog.WaitAsync(call))).WaitAsync(s_patience);
        await AllCome(fog, devices, death);
        for (int i = 0; i < accepted.Length; i++)
        {
            Assert.Equal(i + 0.5, FogClient.Result<double>(ended[i]));
            var again = await Start(i); // Asked for again, it is the same call with the same outcome.
            Assert.Equal((ended[i].Outcome!.CompletedAt, ended[i].Outcome!.Sha256), (again.Outcome!.CompletedAt, again.Outcome.Sha256));
        }

        await Eventually.Comes("a cluster without open votes", s_patience, async () =>
            (await fog.ClustersAsync()).All(cluster => cluster.OpenVotes == 0) ? "closed" : null);
        await silo.StopAsync();

        Task<InvocationInfo> Start(int i) =>
            fog.StartAsync("add", [i, 0.5], new CallOptions { Replicas = 3, Timeout = s_patience, IdempotencyKey = $"call-{i}" });
    }

    [Fact]
    public async Task What_devices_say_while_the_proxy_is_away_waits_for_it()
    {
        var connect = ExternalBroker.Connector(new Uri($"mqtt://{_broker}"), "proxy", TimeProvider.System);
        var heard = Channel.CreateUnbounded<MqttMessage>();
        await using (var proxy = await connect(message => heard.Writer.WriteAsync(message), default))
        {
            Assert.False(proxy.SessionPresent);
            await proxy.SubscribeAsync("up", QualityOfService.AtLeastOnce);
        }

        await using var device = await ExternalBroker.Connector(new Uri($"mqtt://{_broker}"), "device", TimeProvider.System)(_ => ValueTask.CompletedTask, default);
        for (byte i = 0; i < 100; i++)
        {
            await device.PublishAsync(new MqttMessage("up", new[] { i }));
        }

        await using var again = await connect(message => heard.Writer.WriteAsync(message), default);
        Assert.True(again.SessionPresent);
        using var patience = new CancellationTokenSource(s_patience);
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(i, (await heard.Reader.ReadAsync(patience.Token)).Payload.Span[0]);
        }
    }

    /// <summary>Each device has been in touch since then, however late, and whether or not it counts as live just now.</summary>
    private static Task AllCome(FogClient fog, Devices devices, DateTimeOffset since) => Eventually.Comes($"word of every device since {since:u}", s_patience, async () =>
    {
        var come = (await fog.DevicesAsync()).Where(device => device.LastConnection > since).Select(static device => device.Name).ToHashSet();
        return come.IsSupersetOf(devices.Names) ? come : null;
    });

    /// <summary>By a vote of devices; while too few of them are on time for one, the fog refuses the call, and it is made again.</summary>
    private static Task<object> Sum(FogClient fog, double a, double b) => Eventually.Comes<object>("devices enough for a vote", s_patience, async () =>
    {
        try
        {
            return await fog.InvokeAsync<double>("add", [a, b]);
        }
        catch (FogClientException refused) when (refused.Code is "NoCapacity" or "TooManyReplicas")
        {
            return null;
        }
    });
}
