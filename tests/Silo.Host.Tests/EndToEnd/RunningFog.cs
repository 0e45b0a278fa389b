using System.Net;
using Fog.Client;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A silo in this process on free loopback ports, seven healthy devices, and the functions of <see cref="Modules"/>; shared by the tests of a class.</summary>
public sealed class RunningFog : IAsyncLifetime
{
    private FogHost? _silo;
    private Devices? _devices;
    private FogClient? _fog;

    public FogHost Silo => _silo!;

    public FogClient Fog => _fog!;

    /// <summary>What a device's sensor reads, in °C.</summary>
    public static double Temperature(int number) => 20.25 + number;

    public async Task InitializeAsync()
    {
        _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
        await _silo.StartAsync();
        _fog = await FogClient.ConnectAsync(_silo.Http);
        await _fog.DeployAsync("add", Modules.Add);
        await _fog.DeployAsync("trap", Modules.Trap);
        await _fog.DeployAsync("spin", Modules.Spin);
        _devices = await Devices.Join(_fog, _silo.Mqtt, 7, static (device, number) => device with
        {
            Sensors = new Dictionary<string, Func<DateTimeOffset, double>> { ["temperature"] = _ => Temperature(number), ["broken"] = static _ => double.NaN },
        });
    }

    public async Task DisposeAsync()
    {
        _fog?.Dispose();
        if (_devices is not null)
        {
            await _devices.DisposeAsync();
        }

        if (_silo is not null)
        {
            await _silo.StopAsync();
            await _silo.DisposeAsync();
        }
    }
}
