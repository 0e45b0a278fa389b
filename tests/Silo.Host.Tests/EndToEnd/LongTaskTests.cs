using System.Net;
using Fog.Client;
using Fog.Firmware.Virtual;
using Fog.Grains.Interfaces.Ids;
using Fog.Wasm.Compiler;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Functions that take longer than one wake may compute: snapshots on real wires, through a real silo.</summary>
public sealed class LongTaskTests : IAsyncLifetime
{
    // At 500,000 units of fuel a second a budget is some 150,000 units (a slice more where the host's timers are late), so these rounds take more than five.
    private const int Rounds = 75_000;

    private readonly FogHost _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
    private FogClient _fog = null!;

    public async Task InitializeAsync()
    {
        await _silo.StartAsync();
        _fog = await FogClient.ConnectAsync(_silo.Http);
        await _fog.DeployAsync("churn", Modules.Churn);
    }

    public async Task DisposeAsync()
    {
        _fog.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task A_function_longer_than_four_compute_budgets_ends_with_the_right_result()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 3, (device, _) => Slow(device));

        Assert.Equal(Modules.Churned(Rounds, 7), await Call(3));

        var budgets = devices.Observations.OfType<DeviceSuspendedTask>().GroupBy(s => s.Node).Select(g => g.Count());
        Assert.True(budgets.Count(count => count >= 4) >= 2, "Two of three ran it in at least five wakes.");
    }

    [Fact]
    public async Task It_survives_the_death_of_a_device_in_the_middle_and_two_liars_with_false_snapshots()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 7, (device, i) => Slow(device) with
        {
            Faults = i switch
            {
                1 or 2 => new VirtualFaults { Lie = Lie.Colluding },
                3 => new VirtualFaults { Crash = new CrashFault(3, BackAfter: null) },
                _ => new VirtualFaults(),
            },
        });

        await Eventually.Comes("a death in the middle, and the snapshots of a liar", TimeSpan.FromSeconds(90), async () =>
        {
            Assert.Equal(Modules.Churned(Rounds, 7), await Call(7));
            return devices.Observations.OfType<DeviceCrashed>().Any() && devices.Observations.OfType<DeviceSuspendedTask>().Any(s => s.Lied) ? devices : null;
        });
    }

    [Fact]
    public async Task The_call_of_the_only_device_ends_on_the_host_when_the_device_dies_in_the_middle()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 1, (device, _) => Slow(device) with { Faults = s_diesInTheMiddle });

        Assert.Equal(Modules.Churned(2 * Rounds, 7), await CallOverADeath(1));

        Assert.NotEmpty(devices.Observations.OfType<DeviceSuspendedTask>());
        Assert.Single(devices.Observations.OfType<DeviceCrashed>());
        Assert.Empty(devices.Observations.OfType<DeviceRanTask>());
    }

    [Fact]
    public async Task A_dead_device_s_seat_has_its_vote_from_the_host_where_a_liar_leaves_no_other_majority()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 3, (device, i) => Slow(device) with
        {
            Faults = i switch
            {
                1 => new VirtualFaults { Lie = Lie.Alone },
                2 => s_diesInTheMiddle,
                _ => new VirtualFaults(),
            },
        });

        Assert.Equal(Modules.Churned(2 * Rounds, 7), await CallOverADeath(3));

        string dead = Assert.Single(devices.Observations.OfType<DeviceCrashed>()).Node;
        var honest = devices.Observations.OfType<DeviceRanTask>().Where(static ran => !ran.Lied).Select(static ran => ran.Node).Distinct(); // The liar may be on its way still.
        Assert.NotEqual(dead, Assert.Single(honest));
    }

    [Fact]
    public async Task Time_and_chance_of_a_call_are_the_same_for_every_voter_over_every_snapshot()
    {
        const int Draws = 20_000;
        await _fog.DeployAsync("walk", FunctionCompiler.Compile(
            """
            using Fog.Client;
            public static class F
            {
                [FogFunction(Replicas = 3)]
                public static long Walk(int draws)
                {
                    var at = Invocation.Now;
                    for (var i = 0; i < draws; i++)
                    {
                        at = at * 31 + Invocation.Random();
                        Invocation.Checkpoint();
                    }

                    return at;
                }
            }
            """, "Walk.cs").Functions.Single().Wasm.ToArray());
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 3, (device, _) => Slow(device));

        var ended = await _fog.WaitAsync(await _fog.StartAsync("walk", [Draws], new CallOptions { Timeout = TimeSpan.FromSeconds(80) }));

        using (Invocation.Begin(ended.AcceptedAt.ToUnixTimeMilliseconds(), new InvocationId("home", ended.Id).Seed))
        {
            var at = Invocation.Now;
            for (var i = 0; i < Draws; i++) at = (at * 31) + Invocation.Random();
            Assert.Equal(at, FogClient.Result<long>(ended));
        }

        Assert.NotEmpty(devices.Observations.OfType<DeviceSuspendedTask>());
    }

    private static readonly VirtualFaults s_diesInTheMiddle = new() { Crash = new CrashFault(6, BackAfter: null) };

    private static VirtualDeviceOptions Slow(VirtualDeviceOptions device) => device with { Board = device.Board with { FuelPerSecond = 500_000 }, ComputeBudget = TimeSpan.FromMilliseconds(300) };

    private Task<int> Call(int replicas) =>
        _fog.InvokeAsync<int>("churn", [Rounds, 7], new CallOptions { Replicas = replicas, Timeout = TimeSpan.FromSeconds(80) });

    /// <summary>Twice as long, and with time for a device's grace, which grows with the errors of its clock: on a busy machine they are large.</summary>
    private Task<int> CallOverADeath(int replicas) =>
        _fog.InvokeAsync<int>("churn", [2 * Rounds, 7], new CallOptions { Replicas = replicas, Timeout = TimeSpan.FromMinutes(4) });
}
