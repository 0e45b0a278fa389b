using System.Diagnostics;
using System.Net;
using Fog.Client;
using Fog.Silo.Host.Tests.EndToEnd;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>Devices and silo meet at somebody else's broker, mosquitto, the silo over MQTTnet.</summary>
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
