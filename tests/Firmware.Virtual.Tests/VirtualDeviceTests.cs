using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tests;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Firmware.Virtual.Tests;

/// <summary>Over real TCP, a real broker and real time, with short periods.</summary>
public class VirtualDeviceTests
{
    [Fact]
    public async Task It_wakes_runs_its_tasks_reports_and_sleeps_in_its_rhythm()
    {
        await using var fog = await FogOnBroker.StartAsync();
        var node = fog["esp-1"];
        node.Add(SampleFunctions.CountTo(1000, 1));

        await fog.RunAsync(fog.Device("esp-1"), "it slept three times", () => fog.Observations.OfType<DeviceSlept>().Count() == 3);

        Assert.Equal(1000, SampleFunctions.Read(node.Results.Single()));
        Assert.Equal([0, 1, 1], node.Received.OfType<HelloMessage>().Take(3).Select(h => h.WakeCause));
        Assert.Equal([WakeCause.PowerOn, WakeCause.Timer, WakeCause.Timer], fog.Observations.OfType<DeviceWoke>().Take(3).Select(w => w.Cause));
        Assert.Single(node.Received.OfType<HelloMessage>().ElementAt(1).CachedImages);
        Assert.All(fog.Observations.OfType<DeviceSlept>(), s => Assert.Equal((TimeSpan.FromMilliseconds(200), 0), (s.For, s.MessagesDropped)));
        Assert.All(node.Received.OfType<SleepMessage>().Skip(1), s => Assert.InRange(s.StateMicros[PowerState.Sleep], 190_000, 5_000_000));
        Assert.Empty(fog.Wills);
        Assert.Equal(0, node.WrongTags);
    }

    [Fact]
    public async Task Fuel_takes_time_at_the_modelled_speed()
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(100_000, 1));

        await fog.RunAsync(fog.Device("esp-1"), "a result arrived", () => fog["esp-1"].Results.Any());

        var result = fog["esp-1"].Results.Single();
        var expected = result.FuelUsed / 2_000_000.0 * 1_000_000;
        Assert.InRange(result.ExecuteMicros, expected - 25_000, expected + 5_000_000);
        Assert.Equal(result.FuelUsed, fog.Observations.OfType<DeviceRanTask>().Single().FuelUsed);
    }

    [Fact]
    public async Task A_crash_in_the_middle_publishes_the_will_and_the_task_runs_after_it_comes_back()
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(100_000, 1));
        var options = fog.Device("esp-1") with { Faults = new() { Crash = new(1, TimeSpan.FromMilliseconds(100)) } };

        await fog.RunAsync(options, "a result and the will arrived", () => fog["esp-1"].Results.Any() && !fog.Wills.IsEmpty);

        Assert.Equal(100_000, SampleFunctions.Read(fog["esp-1"].Results.Single()));
        Assert.Single(fog.Observations.OfType<DeviceCrashed>());
        Assert.Equal([0, 2], fog["esp-1"].Received.OfType<HelloMessage>().Select(h => h.WakeCause));
        Assert.Equal(["esp-1"], fog.Wills);
    }

    [Theory]
    [InlineData(true, WakeCause.PowerOn)]
    [InlineData(false, WakeCause.Crash)]
    public async Task Interrupted_it_leaves_without_a_word_and_does_its_task_when_it_is_back(bool losesMemory, WakeCause comesBack)
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(100_000, 1));
        var device = fog.Make(fog.Device("esp-1"));

        var running = fog.RunAsync([device], "a result and the will arrived", () => fog["esp-1"].Results.Any() && !fog.Wills.IsEmpty);
        await fog.Until("it said hello", () => fog["esp-1"].Received.OfType<HelloMessage>().Any());
        device.Interrupt(losesMemory, TimeSpan.FromMilliseconds(50));
        await running;

        Assert.Equal(100_000, SampleFunctions.Read(fog["esp-1"].Results.First()));
        Assert.Equal([WakeCause.PowerOn, comesBack], fog.Observations.OfType<DeviceWoke>().Take(2).Select(w => w.Cause));
        Assert.Single(fog.Observations.OfType<DeviceCrashed>());
    }

    [Fact]
    public async Task A_device_that_is_dead_stays_dead()
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(1000, 1));
        var device = fog.Make(fog.Device("esp-1") with { Faults = new() { Crash = new(1, null) } });

        await device.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        await fog.Until("its will was published", () => !fog.Wills.IsEmpty);
        Assert.Empty(fog["esp-1"].Results);
        Assert.IsType<DeviceCrashed>(fog.Observations.Last());
    }

    [Fact]
    public async Task Liars_alone_differ_colluders_agree_and_all_are_well_formed()
    {
        await using var fog = await FogOnBroker.StartAsync();
        (string Node, Lie Lie)[] nodes =
            [("honest", Lie.None), ("alone-1", Lie.Alone), ("alone-2", Lie.Alone), ("colluder-1", Lie.Colluding), ("colluder-2", Lie.Colluding)];
        foreach (var (node, _) in nodes)
            fog[node].Add(SampleFunctions.CountTo(1000, 1));

        await fog.RunAsync(
            nodes.Select(n => fog.Make(fog.Device(n.Node) with { Faults = new() { Lie = n.Lie } })),
            "everyone answered",
            () => nodes.All(n => fog[n.Node].Results.Any()));

        var said = nodes.ToDictionary(n => n.Node, n => (int)SampleFunctions.Read(fog[n.Node].Results.First())!);
        Assert.Equal(1000, said["honest"]);
        Assert.Equal(said["colluder-1"], said["colluder-2"]);
        Assert.Equal(4, said.Values.Distinct().Count());
        Assert.Equal(4, fog.Observations.OfType<DeviceRanTask>().Where(r => r.Lied).Select(r => r.Node).Distinct().Count());
    }

    [Fact]
    public async Task With_every_tenth_message_lost_all_tasks_are_answered_in_the_end()
    {
        await using var fog = await FogOnBroker.StartAsync();
        var node = fog["esp-1"];
        node.Welcome = new WelcomeFields { SleepMillis = 100, AwakeLimitMillis = 3000 };
        node.MessagesMayBeLost = true;
        for (var i = 0; i < 4; i++)
            node.Add(SampleFunctions.CountTo(100 + i, i));

        await fog.RunAsync(
            fog.Device("esp-1") with { Faults = new() { Loss = 0.1 }, Seed = 7 }, "all results arrived", () => node.Mail.Count == 0);

        Assert.Equal([100, 101, 102, 103], node.Results.Select(r => (int)SampleFunctions.Read(r)!).Distinct().Order());
    }

    [Fact]
    public async Task A_slow_clock_wakes_it_late_and_it_says_so()
    {
        await using var fog = await FogOnBroker.StartAsync();
        await fog.RunAsync(
            fog.Device("esp-1") with { DriftPpm = -300_000 },
            "it reported its clock twice",
            () => fog["esp-1"].Received.OfType<HelloMessage>().Count() == 4);

        Assert.All(fog["esp-1"].Received.OfType<HelloMessage>().Skip(2), h => Assert.InRange(h.ClockErrorMillis, 80, 5_000));
    }

    [Fact]
    public async Task Without_a_broker_it_tries_less_and_less_often()
    {
        await using var fog = await FogOnBroker.StartAsync();
        int port;
        using (var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            socket.Start();
            port = ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
        }

        await fog.RunAsync(
            fog.Device("esp-1") with { Broker = Brokers.Tcp("127.0.0.1", port), Period = TimeSpan.FromMilliseconds(100) },
            "it slept three times",
            () => fog.Observations.OfType<DeviceSlept>().Count() == 3);

        double[] sleeps = [.. fog.Observations.OfType<DeviceSlept>().Take(3).Select(s => s.For.TotalMilliseconds)];
        double[] backOffs = [100, 300, 700];
        Assert.All(sleeps.Zip(backOffs), static sleep => Assert.InRange(sleep.First, 100 + (sleep.Second / 2), 100 + sleep.Second));
        Assert.True(fog.Observations.OfType<DeviceFoundNoBroker>().Count() >= 3);
    }

    [Fact]
    public async Task Association_and_battery_are_modelled()
    {
        await using var fog = await FogOnBroker.StartAsync();
        await fog.RunAsync(
            fog.Device("esp-1") with { Board = Board.Ideal with { Association = TimeSpan.FromMilliseconds(150) }, BatteryMilliampHours = 1250 },
            "it reported",
            () => fog["esp-1"].Received.OfType<SleepMessage>().Any());

        var report = fog["esp-1"].Received.OfType<SleepMessage>().First();
        Assert.InRange(report.StateMicros[PowerState.Connect], 149_000, 10_000_000);
        Assert.InRange(report.BatteryMillivolts, 3598, 3600);
    }

    [Fact]
    public void What_a_device_cannot_be_is_refused()
    {
        var options = new VirtualDeviceOptions { Site = "lab", Node = "a", Key = new byte[32], Broker = Brokers.Tcp("127.0.0.1", 1), Seed = 1 };
        Assert.Throws<ArgumentException>(() => new VirtualDevice(options with { Node = "A" }, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new VirtualDevice(options with { Key = new byte[16] }, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new VirtualDevice(options with { Period = TimeSpan.FromMilliseconds(1) }, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new VirtualDevice(options with { Board = Board.Ideal with { FuelPerSecond = 0 } }, TimeProvider.System));
        Assert.DoesNotContain(Convert.ToHexString(options.Key.Span), options.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
