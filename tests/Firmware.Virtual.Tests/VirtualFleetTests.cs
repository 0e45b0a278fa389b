using Fog.Firmware.Logic.Tests;

namespace Fog.Firmware.Virtual.Tests;

public class VirtualFleetTests
{
    [Fact]
    public async Task Three_hundred_devices_in_one_process_answer_a_task_each()
    {
        await using var fog = await FogOnBroker.StartAsync();
        var nodes = Enumerable.Range(0, 300).Select(i => $"esp-{i}").ToArray();
        foreach (var node in nodes)
        {
            fog[node].Welcome = new WelcomeFields { SleepMillis = 2700 };
            fog[node].Add(SampleFunctions.CountTo(1000, 1));
        }

        var fleet = new VirtualFleet(
            VirtualFleet.Staggered([.. nodes.Select(n => fog.Device(n) with { Period = TimeSpan.FromSeconds(3), DutyPermille = 10 })]),
            TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var life = fleet.RunAsync(stop.Token);
        await fog.Until("every device answered", () => nodes.All(n => fog[n].Results.Any()));
        await stop.CancelAsync();
        await life;

        Assert.All(nodes, n => Assert.Equal(1000, SampleFunctions.Read(fog[n].Results.First())));
        Assert.Empty(fog.Wills);
    }

    [Fact]
    public void First_wakes_are_spread_over_the_period()
    {
        var options = new VirtualDeviceOptions { Site = "lab", Node = "a", Key = new byte[32], Broker = Brokers.Tcp("127.0.0.1", 1), Seed = 1, Period = TimeSpan.FromSeconds(1) };
        Assert.Equal([0, 250, 500, 750], VirtualFleet.Staggered([options, options, options, options]).Select(o => o.StartAfter.TotalMilliseconds));
    }
}
