using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.Engine.Hosting;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>Devices beside each other, limits, failures, and the connection to the broker.</summary>
public class DeviceProxyServiceTests
{
    private static readonly TaskId Task1 = new("00112233445566778899aabbccddeeff");

    [Fact]
    public async Task A_device_whose_grain_is_slow_delays_no_other_and_keeps_its_order()
    {
        await using var fog = await ProxyHarness.Started();
        var slow = fog.Device("slow");
        var quick = fog.Device("quick");
        await fog.Wake(slow);
        await fog.Wake(quick);
        var pace = new TaskCompletionSource();
        fog.Node(slow).Pace = pace.Task;
        for (int n = 0; n < 5; n++)
            await fog.Broker.Send(slow.Up, slow.Keepalive(n));

        await fog.Broker.Send(quick.Up, quick.NeedOf(Digest.Of([]), 0, 1));
        quick.Hear(await fog.Broker.NextPublished(), MessageType.FogChunk, Chunk.Read);
        Assert.Empty(fog.Node(slow).Received);

        pace.SetResult();
        await fog.Proxy.Idle();
        Assert.Equal([0L, 1, 2, 3, 4], fog.Node(slow).Received.Cast<KeepaliveUplink>().Select(k => k.FreeHeapBytes));
    }

    [Fact]
    public async Task Mail_waits_for_the_hello_that_it_answers()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        var pace = new TaskCompletionSource();
        fog.Node(device).Pace = pace.Task;
        await fog.Broker.Send(device.Up, device.Hello());
        var hello = await fog.Node(device).FirstHello.WaitAsync(TimeSpan.FromSeconds(20));
        hello.Link.Deliver(device.Node, hello.Epoch, [new StopDownlink(Task1)]);
        pace.SetResult();
        await fog.Proxy.Idle();
        var published = fog.Broker.Published();
        device.Welcomed(published[0]);
        device.Hear(published[1], MessageType.Stop, StopMessage.Read);
    }

    [Fact]
    public async Task A_grain_call_that_fails_costs_one_message_and_is_logged_without_its_bytes()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        fog.Node(device).Fails = new TimeoutException("too slow");
        await fog.Send(device, device.Keepalive(1));
        fog.Node(device).Fails = null;
        await fog.Send(device, device.Keepalive(2));
        Assert.Equal(2, Assert.IsType<KeepaliveUplink>(Assert.Single(fog.Node(device).Received)).FreeHeapBytes);
        Assert.Equal(1, fog.Dropped(Drop.Failed));
        var entry = Assert.Single(fog.Log.Entries);
        Assert.Equal((LogLevel.Error, "Device home/esp-7: Received could not be handled."), (entry.Level, entry.Text));
        Assert.IsType<TimeoutException>(entry.Exception);
    }

    [Fact]
    public async Task A_flood_from_one_device_is_cut_off_and_counted()
    {
        await using var fog = await ProxyHarness.Started(new() { QueuedPerDeviceMax = 4 });
        var device = fog.Device();
        await fog.Wake(device);
        var pace = new TaskCompletionSource();
        fog.Node(device).Pace = pace.Task;
        for (int n = 0; n < 20; n++)
            await fog.Broker.Send(device.Up, device.Keepalive(n));
        Assert.InRange(fog.Dropped(Drop.QueueFull), 15, 16);
        pace.SetResult();
        await fog.Proxy.Idle();
        Assert.InRange(fog.Node(device).Received.Length, 4, 5);
    }

    [Fact]
    public async Task The_number_of_devices_is_bounded_and_the_quietest_makes_room()
    {
        await using var fog = await ProxyHarness.Started(new() { DevicesMax = 2 });
        TestDevice a = fog.Device("a"), b = fog.Device("b"), c = fog.Device("c");
        await fog.Wake(a);
        await fog.Wake(b);
        await fog.Send(a, a.Keepalive());
        await fog.Wake(c);
        Assert.Equal(2, fog.Proxy.Statistics.Devices);
        await fog.Send(b, b.Keepalive());
        await fog.Send(a, a.Keepalive());
        Assert.Equal(1, fog.Dropped(Drop.NoSession));
        Assert.Equal(2, fog.Node(a).Received.Length);
    }

    [Fact]
    public async Task Many_devices_are_served_side_by_side()
    {
        await using var fog = await ProxyHarness.Started();
        var devices = Enumerable.Range(0, 200).Select(n => fog.Device($"d-{n}")).ToArray();
        foreach (var device in devices)
            await fog.Broker.Send(device.Up, device.Hello());
        await fog.Proxy.Idle();
        var published = fog.Broker.Published().ToDictionary(m => m.Topic);
        foreach (var device in devices)
            device.Welcomed(published[device.Down]);
        foreach (var device in devices)
        {
            for (int n = 0; n < 10; n++)
                await fog.Broker.Send(device.Up, device.Keepalive(n));
            await fog.Broker.Send(device.Up, device.Sleep());
        }

        await fog.Proxy.Idle();
        Assert.All(devices, d =>
        {
            Assert.Equal(Enumerable.Range(0, 10).Select(n => (long)n), fog.Node(d).Received.OfType<KeepaliveUplink>().Select(k => k.FreeHeapBytes));
            Assert.IsType<SleepUplink>(fog.Node(d).Received[^1]);
        });
        Assert.Equal(0, fog.Proxy.Statistics.Devices);
        Assert.Equal(200 * 12, fog.Proxy.Statistics.Received);
        Assert.Empty(fog.Proxy.Statistics.Dropped);
    }

    [Fact]
    public async Task It_subscribes_to_the_devices_of_its_sites()
    {
        await using var fog = await ProxyHarness.Started();
        Assert.Equal(["fog/home/n/+/up", "fog/home/n/+/will"], (await fog.Broker.NextConnection()).Filters);
    }

    [Fact]
    public async Task A_lost_broker_is_tried_again_and_sessions_go_on()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var first = await fog.Broker.NextConnection();
        first.End();
        await fog.Clock.Armed(new ProxyLimits().ReconnectMin);
        await fog.Deliver(device, new StopDownlink(Task1));
        Assert.Equal(1, fog.Dropped(Drop.BrokerGone));

        fog.Clock.Advance(new ProxyLimits().ReconnectMin);
        var second = await fog.Broker.NextConnection();
        Assert.NotSame(first, second);
        await fog.Send(device, device.Keepalive());
        Assert.Single(fog.Node(device).Received);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_tried_at_growing_intervals()
    {
        await using var fog = new ProxyHarness(new() { ReconnectMin = TimeSpan.FromSeconds(1), ReconnectMax = TimeSpan.FromSeconds(4), UploadStall = TimeSpan.FromDays(1) });
        fog.Broker.ConnectFails = FakeBroker.Unreachable();
        await fog.Proxy.StartAsync(default);
        foreach (int seconds in new[] { 1, 2, 4, 4 })
        {
            await fog.Clock.Armed(TimeSpan.FromSeconds(seconds));
            fog.Clock.Advance(TimeSpan.FromSeconds(seconds));
        }

        fog.Broker.ConnectFails = null;
        await fog.Clock.Armed(TimeSpan.FromSeconds(4));
        fog.Clock.Advance(TimeSpan.FromSeconds(4));
        (await fog.Broker.NextConnection()).End();
        await fog.Clock.Armed(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_connector_that_cannot_work_stops_the_start()
    {
        var fog = new ProxyHarness();
        fog.Broker.ConnectFails = new ArgumentException("no such thing as this broker");
        await Assert.ThrowsAsync<ArgumentException>(() => fog.Proxy.StartAsync(default));
        Assert.Equal(LogLevel.Critical, Assert.Single(fog.Log.Entries).Level);
    }

    [Fact]
    public async Task Stopping_waits_for_the_work_in_hand_and_takes_no_more()
    {
        var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var pace = new TaskCompletionSource();
        fog.Node(device).Pace = pace.Task;
        await fog.Broker.Send(device.Up, device.Keepalive(1));
        await fog.Broker.Send(device.Up, device.Keepalive(2));
        var stopping = fog.Proxy.StopAsync(default);
        Assert.False(stopping.IsCompleted);
        pace.SetResult();
        await stopping;
        Assert.InRange(fog.Node(device).Received.Length, 0, 1);
        Assert.Empty(fog.Fog.Observers);
        await fog.Broker.Send(device.Up, device.Keepalive(3));
        Assert.InRange(fog.Node(device).Received.Length, 0, 1);
        await fog.Proxy.StopAsync(default);
    }

    [Fact]
    public async Task It_runs_as_a_hosted_service_at_the_embedded_broker()
    {
        var clock = new ManualClock();
        var grains = new FakeFog();
        await using var broker = new MqttBroker(clock);
        await using var services = new ServiceCollection()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton<IGrainFactory>(grains)
            .AddSingleton<ILogger<DeviceProxyService>>(new RecordedLog())
            .AddSingleton(broker)
            .AddDeviceProxy(o =>
            {
                o.Sites.Add("home");
                o.Broker = s => (handler, _) => Task.FromResult(s.GetRequiredService<MqttBroker>().ConnectLocal("device-proxy", handler));
            })
            .BuildServiceProvider();
        var hosted = Assert.Single(services.GetServices<IHostedService>());
        await hosted.StartAsync(default);

        var device = new TestDevice(new("home", "esp-7"), grains.Node("home/esp-7").Key!);
        grains.Node("home/esp-7").Batch = [Mail.Task(Task1, leaderOf: null)];
        var inbox = System.Threading.Channels.Channel.CreateUnbounded<MqttMessage>();
        var connection = broker.ConnectLocal("home.esp-7", m => inbox.Writer.WriteAsync(m));
        await connection.SubscribeAsync(device.Down, QualityOfService.AtLeastOnce);
        await connection.PublishAsync(new(device.Up, device.Hello()));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.Equal(1, device.Welcomed(await inbox.Reader.ReadAsync(patience.Token)).Tasks);
        Assert.Equal(Task1, device.Hear(await inbox.Reader.ReadAsync(patience.Token), MessageType.Task, TaskMessage.Read).Task.Id);
        await hosted.StopAsync(default);
    }

    [Fact]
    public void Options_that_cannot_work_are_misuse()
    {
        MqttConnector connector = (_, _) => throw new InvalidOperationException();
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddDeviceProxy(o => o.Sites.Add("home")));
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddDeviceProxy(o => o.Broker = _ => connector));
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddDeviceProxy(o =>
        {
            o.Broker = _ => connector;
            o.Sites.Add("Not A Name");
        }));
    }
}
