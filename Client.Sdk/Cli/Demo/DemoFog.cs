using System.Collections.Concurrent;
using System.Net;
using Fog.Client.Sdk.Cli.Fleet;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;
using Fog.Silo.Host;

namespace Fog.Client.Sdk.Cli.Demo;

/// <summary>A silo on free loopback ports and seven virtual ESP32s at its broker: one lies, one crashes in the middle of a task.</summary>
internal sealed class DemoFog : IAsyncDisposable
{
    public const int DeviceCount = 7;
    public const int DutyPermille = 100;
    private const int CrashingRun = 1;

    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_joinMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_backAfter = TimeSpan.FromSeconds(3);

    private readonly FogHost _silo;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<DeviceObservation> _observations = new();
    private Task _fleet = Task.CompletedTask;

    private DemoFog(FogHost silo, FogClient client)
    {
        _silo = silo;
        Client = client;
    }

    public FogClient Client { get; }

    public Uri Http => _silo.Http;

    public IPEndPoint Mqtt => _silo.Mqtt;

    public string Liar { get; private set; } = "";

    public string Crasher { get; private set; } = "";

    public int Crashes => _observations.OfType<DeviceCrashed>().Count();

    public static async Task<DemoFog> Start(CancellationToken cancel)
    {
        var silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
        try
        {
            await silo.StartAsync(cancel);
            return new DemoFog(silo, await FogClient.ConnectAsync(silo.Http, cancellationToken: cancel));
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>On return, all devices are members of clusters.</summary>
    public async Task SwitchOn(CancellationToken cancel)
    {
        var broker = new DnsEndPoint(Mqtt.Address.ToString(), Mqtt.Port);
        var devices = (await Enrolled.Devices(Client, broker, "esp", DeviceCount, Period, DutyPermille, Board.Ideal, cancel)).ToArray();
        devices[^2] = devices[^2] with { Faults = new VirtualFaults { Lie = Lie.Alone } };
        devices[^1] = devices[^1] with { Faults = new VirtualFaults { Crash = new CrashFault(CrashingRun, s_backAfter) } };
        (Liar, Crasher) = (devices[^2].Node, devices[^1].Node);
        _fleet = new VirtualFleet(VirtualFleet.Staggered(devices), TimeProvider.System, _observations.Enqueue).RunAsync(_stop.Token);
        await EachJoined(cancel);
    }

    /// <summary>Wrong votes of the liar that a majority outvoted.</summary>
    public async Task<int> LiarVotes(CancellationToken cancel) =>
        (await Client.DevicesAsync(cancel)).Single(device => device.Name == Liar).VotesAgainst;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _fleet;
        Client.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>By their clusters' word, and by the dispatcher's, which hears of it a little later.</summary>
    private async Task<bool> AreJoined(CancellationToken cancel) =>
        (await Client.DevicesAsync(cancel)).Count(device => device.Cluster is not null) == DeviceCount
        && (await Client.SiloAsync(cancel)).LiveDevices >= DeviceCount;

    private async Task EachJoined(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_joinMax);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            while (!await AreJoined(patience.Token))
            {
                await look.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException(new CliError("DemoFailed", $"Not all devices joined a cluster within {s_joinMax.TotalSeconds} s: the machine is too busy, try again.", ExitCode.Failed));
        }
    }
}
