using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using Fog.Client;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Devices and silo meet at somebody else's broker, mosquitto: the silo over our client or, on Orleans, over MQTTnet.</summary>
public sealed class ExternalBrokerTests : IAsyncLifetime
{
    private readonly IPEndPoint _broker = new(IPAddress.Loopback, SiloProcess.FreePort());
    private Process _mosquitto = null!;

    public Task InitializeAsync()
    {
        _mosquitto = Serve();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await End();

    [Fact]
    public async Task Five_devices_compute_a_sum_over_mosquitto_and_again_after_it_was_restarted()
    {
        await using var silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Broker = new Uri($"mqtt://{_broker}") });
        await silo.StartAsync();
        Assert.False(silo.HasBroker);
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(fog, _broker, 5);

        Assert.Equal(3, await fog.InvokeAsync<double>("add", [1, 2]));
        await End();
        _mosquitto = Serve();
        Assert.Equal(7, await fog.InvokeAsync<double>("add", [3, 4]));

        await silo.StopAsync();
    }

    [Fact]
    public async Task What_devices_say_while_the_proxy_is_away_waits_for_it()
    {
        var connect = ExternalBroker.Connector(new Uri($"mqtt://{_broker}"), "proxy", TimeProvider.System);
        var heard = Channel.CreateUnbounded<MqttMessage>();
        await using (var proxy = await Reach(connect, heard))
        {
            Assert.False(proxy.SessionPresent);
            await proxy.SubscribeAsync("up", QualityOfService.AtLeastOnce);
        }

        await using var device = await ExternalBroker.Connector(new Uri($"mqtt://{_broker}"), "device", TimeProvider.System)(_ => ValueTask.CompletedTask, default);
        for (byte i = 0; i < 100; i++)
        {
            await device.PublishAsync(new MqttMessage("up", new[] { i }));
        }

        await using var again = await Reach(connect, heard);
        Assert.True(again.SessionPresent);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (byte i = 0; i < 100; i++)
        {
            Assert.Equal(i, (await heard.Reader.ReadAsync(patience.Token)).Payload.Span[0]);
        }
    }

    /// <summary>mosquitto has only just been started: it may not listen yet.</summary>
    private static async Task<IMqttConnection> Reach(MqttConnector connect, Channel<MqttMessage> heard)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                return await connect(message => heard.Writer.WriteAsync(message), patience.Token);
            }
            catch (MqttException failure) when (failure.Failure == MqttFailure.Unreachable)
            {
                await Task.Yield();
            }
        }
    }

    private Process Serve()
    {
        var mosquitto = Process.Start(new ProcessStartInfo("mosquitto", ["-p", $"{_broker.Port}"]) { RedirectStandardError = true })!;
        mosquitto.BeginErrorReadLine(); // Its log: unread, it would fill the pipe, and the broker would stand still.
        return mosquitto;
    }

    private async Task End()
    {
        _mosquitto.Kill();
        await _mosquitto.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        _mosquitto.Dispose();
    }
}
