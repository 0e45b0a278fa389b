using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Fog.Client;
using Fog.Firmware.Virtual;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>What devices and strangers do wrong is outvoted or shut out, and everything else goes on.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private readonly FogHost _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
    private FogClient _fog = null!;

    public async Task InitializeAsync()
    {
        await _silo.StartAsync();
        _fog = await FogClient.ConnectAsync(_silo.Http);
        await _fog.DeployAsync("add", Modules.Add);
        await _fog.DeployAsync("spin", Modules.Spin);
    }

    public async Task DisposeAsync()
    {
        _fog.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task Two_colluding_liars_of_five_are_outvoted_and_named()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 5, (device, i) =>
            i >= 4 ? device with { Faults = new VirtualFaults { Lie = Lie.Colluding } } : device);

        // The majority may be there before a liar has its task, and then its seat is withdrawn: call until each has had its say.
        var liars = await Eventually.Comes("the votes of both liars", TimeSpan.FromSeconds(40), async () =>
        {
            Assert.Equal(3, await _fog.InvokeAsync<double>("add", [1, 2], Within(20)));
            var members = await _fog.DevicesAsync();
            return members.Where(device => device.VotesAgainst > 0).ToArray() is { Length: 2 } found ? found : null;
        });
        Assert.Equal(["esp-4", "esp-5"], liars.Select(device => device.Name));
    }

    [Fact]
    public async Task Three_liars_of_five_that_disagree_leave_no_majority()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 5, (device, i) =>
            i >= 3 ? device with { Faults = new VirtualFaults { Lie = Lie.Alone } } : device);

        var failure = await Assert.ThrowsAsync<FogClientException>(() => _fog.InvokeAsync<double>("add", [1, 2], Within(6)));

        Assert.Contains(failure.Code, (string[])["NoMajority", "DeadlineExceeded"]);
    }

    [Fact]
    public async Task A_device_that_crashes_in_the_middle_does_not_keep_the_others_from_agreeing()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 3, (device, i) =>
            i == 1 ? device with { Faults = new VirtualFaults { Crash = new CrashFault(1, TimeSpan.FromSeconds(1)) } } : device);

        // The other two may agree before it has its task: call until it has crashed.
        await Eventually.Comes("the crash", TimeSpan.FromSeconds(40), async () =>
        {
            Assert.Equal(0, await _fog.InvokeAsync<int>("spin", [50_000], Within(20) with { Replicas = 3 }));
            return devices.Observations.OfType<DeviceCrashed>().SingleOrDefault();
        });
    }

    [Fact]
    public async Task A_call_outlives_lost_messages()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 5, (device, _) =>
            device with { Faults = new VirtualFaults { Loss = 0.1 } });

        Assert.Equal(3, await _fog.InvokeAsync<double>("add", [1, 2], Within(90)));
    }

    [Fact]
    public async Task A_device_with_a_wrong_key_is_shut_out_and_the_others_go_on()
    {
        await using var impostor = await Devices.Start(_fog, _silo.Mqtt, 4, (device, i) => i < 4
            ? device with { StartAfter = TimeSpan.FromHours(1), Node = $"unused-{i}" }
            : device with { Key = RandomNumberGenerator.GetBytes(32) });
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 3);

        // It stays awake for the 10 s that a device waits for an answer.
        await Eventually.Comes("the end of the impostor's wake", TimeSpan.FromSeconds(60), () =>
            Task.FromResult(impostor.Observations.OfType<DeviceSlept>().FirstOrDefault(slept => slept.Node == "esp-4")));

        Assert.Equal(3, await _fog.InvokeAsync<double>("add", [1, 2], Within(20) with { Replicas = 3 }));
        Assert.Null((await _fog.DevicesAsync()).Single(device => device.Name == "esp-4").Cluster);
    }

    [Fact]
    public async Task Malformed_packets_end_their_own_connection_only()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 3);
        foreach (byte[] garbage in (byte[][])[
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: fog\r\n\r\n"),
            [0x10, 0x04, 0x00, 0x04, 0x4D, 0x51]])
        {
            using var stranger = new TcpClient();
            await stranger.ConnectAsync(_silo.Mqtt);
            var stream = stranger.GetStream();
            await stream.WriteAsync(garbage);
            stranger.Client.Shutdown(SocketShutdown.Send);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.Equal(0, await ReadToEnd(stream, patience.Token));
        }

        Assert.Equal(3, await _fog.InvokeAsync<double>("add", [1, 2], Within(20) with { Replicas = 3 }));
    }

    private static CallOptions Within(double seconds) => new() { Replicas = 5, Timeout = TimeSpan.FromSeconds(seconds) };

    /// <summary>Bytes that came before the connection ended, in order or by reset.</summary>
    private static async Task<int> ReadToEnd(NetworkStream stream, CancellationToken cancel)
    {
        try
        {
            return await stream.ReadAsync(new byte[16], cancel);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
