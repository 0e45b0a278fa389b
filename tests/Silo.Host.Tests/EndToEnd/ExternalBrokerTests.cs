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
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly IPEndPoint _broker = new(IPAddress.Loopback, SiloProcess.FreePort());
    private Process _mosquitto = null!;

    public async Task InitializeAsync() => await Serve();

    public async Task DisposeAsync() => await End();

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

        await End();
        var restart = DateTimeOffset.UtcNow;
        await Serve();
        Assert.Equal(7.0, await Sum(fog, 3, 4));
        await AllCome(fog, devices, restart);

        await silo.StopAsync();
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

    /// <summary>On return, mosquitto listens.</summary>
    private async Task Serve()
    {
        _mosquitto = new Process { StartInfo = new ProcessStartInfo("mosquitto", ["-p", $"{_broker.Port}"]) { RedirectStandardError = true } };
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mosquitto.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                running.TrySetException(new InvalidOperationException("mosquitto ended before it listened."));
            }
            else if (line.Data.EndsWith(" running", StringComparison.Ordinal))
            {
                running.TrySetResult();
            }
        };
        _mosquitto.Start();
        _mosquitto.BeginErrorReadLine(); // To its end: unread, its log would fill the pipe, and the broker would stand still.
        await running.Task.WaitAsync(s_patience);
    }

    private async Task End()
    {
        _mosquitto.Kill();
        await _mosquitto.WaitForExitAsync().WaitAsync(s_patience);
        _mosquitto.Dispose();
    }
}
