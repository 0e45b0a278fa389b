using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>What one of several proxies at a broker subscribes to, and when.</summary>
public class SharedLinkTests
{
    private static readonly TaskId Task1 = new("00112233445566778899aabbccddeeff");
    private static readonly string[] OfDevice = ["fog/home/n/esp-7/up", "fog/home/n/esp-7/will"];

    [Fact]
    public async Task It_takes_part_in_all_hellos_and_hears_nobody_before_one()
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        Assert.Equal(["$share/fog/fog/home/n/+/up"], (await fog.Hellos.NextConnection()).Filters);
        Assert.Empty((await fog.Broker.NextConnection()).Filters);
    }

    [Fact]
    public async Task A_device_is_subscribed_to_before_its_welcome_and_until_it_sleeps()
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        var devices = await fog.Broker.NextConnection();
        var device = await Greeted(fog);
        Assert.Equal(OfDevice, devices.Filters);
        await fog.Send(device, device.Keepalive(), device.Sleep());
        Assert.Equal(OfDevice, devices.Unsubscribed);
        Assert.Equal(2, fog.Node(device).Received.Length);
    }

    [Fact]
    public async Task A_hello_that_the_node_grain_refuses_subscribes_to_nothing()
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        fog.Node(fog.Device()).Refuses = HelloRefusal.WrongTag;
        await fog.Give(fog.Device(), fog.Device().Hello());
        var devices = await fog.Broker.NextConnection();
        Assert.Empty(devices.Filters);
        Assert.Empty(devices.Unsubscribed);
    }

    [Fact]
    public async Task A_device_that_cannot_be_heard_is_not_welcomed()
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        fog.Broker.SubscribeFails = Mqtt.MqttException.SubscribeRefused(OfDevice[0], Mqtt.MqttReasonCode.NotAuthorized);
        await fog.Give(fog.Device(), fog.Device().Hello());
        Assert.Empty(fog.Broker.Published());
        Assert.Equal(1, fog.Dropped(Drop.BrokerGone));
        Assert.Equal(0, fog.Proxy.Statistics.Devices);
        Assert.Contains("home/esp-7 cannot be heard", Assert.Single(fog.Log.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_least_used_device_that_makes_room_is_heard_no_more()
    {
        await using var fog = await ProxyHarness.Started(new() { DevicesMax = 1 }, isShared: true);
        await Greeted(fog);
        await Greeted(fog, "esp-8");
        Assert.Equal(OfDevice, (await fog.Broker.NextConnection()).Unsubscribed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_connection_hears_the_devices_that_have_sessions_and_no_others(bool brokerKeepsSession)
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        var device = await Greeted(fog);
        var other = await Greeted(fog, "esp-8");
        fog.Broker.KeepsSession = brokerKeepsSession;
        (await fog.Broker.NextConnection()).End();
        await fog.Clock.Armed(new ProxyLimits().ReconnectMin);
        await fog.Send(other, other.Sleep()); // What was on its way.
        await fog.Hellos.NextConnection();

        fog.Clock.Advance(new ProxyLimits().ReconnectMin);
        await fog.Hellos.NextConnection(); // The last that it does.
        var again = await fog.Broker.NextConnection();
        Assert.Equal(OfDevice, again.Filters);
        Assert.Equal(brokerKeepsSession ? ["fog/home/n/esp-8/up", "fog/home/n/esp-8/will"] : [], again.Unsubscribed);
        await fog.Send(device, device.Keepalive());
        Assert.Single(fog.Node(device).Received);
        Assert.Single(await fog.Deliver(device, new StopDownlink(Task1)));
    }

    [Fact]
    public async Task Its_two_connections_end_together()
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        var devices = await fog.Broker.NextConnection();
        (await fog.Hellos.NextConnection()).End();
        await devices.Closed.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_will_that_a_hello_has_overtaken_ends_the_session_before_it_only()
    {
        await using var fog = await ProxyHarness.Started(isShared: true);
        var device = await Greeted(fog);
        await fog.Send(device, device.Keepalive());
        await fog.Give(device, device.Hello());
        device.Welcomed(fog.Broker.Published()[0]);
        await fog.Broker.Send(OfDevice[1], []);
        await fog.Send(device, device.Keepalive());
        Assert.Equal([fog.Node(device).Hellos[0].Epoch], fog.Node(device).DroppedEpochs);
        Assert.Equal(2, fog.Node(device).Received.Length);
    }

    private static async Task<TestDevice> Greeted(ProxyHarness fog, string name = "esp-7")
    {
        var device = fog.Device(name);
        await fog.Give(device, device.Hello());
        device.Welcomed(Assert.Single(fog.Broker.Published()));
        return device;
    }
}
