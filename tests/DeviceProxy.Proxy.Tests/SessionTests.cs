using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>A device's wake as the broker and the node grain see it.</summary>
public class SessionTests
{
    private static readonly TaskId Task1 = new("00112233445566778899aabbccddeeff");

    [Fact]
    public async Task A_hello_is_welcomed_and_the_waiting_mail_follows_in_order()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Node(device).Batch = [new StopDownlink(Task1), Mail.Task(Task1, leaderOf: null), new AcceptedDownlink(Task1, Keep: true)];

        await fog.Send(device, device.Hello());
        var published = fog.Broker.Published();
        var welcome = device.Welcomed(published[0]);
        Assert.Equal(3, welcome.Tasks);
        Assert.Equal("c-1", welcome.Cluster);
        Assert.Equal(TimeSpan.FromMilliseconds(900), welcome.Sleep);
        Assert.Equal(Task1, device.Hear(published[1], MessageType.Stop, StopMessage.Read).Task);
        Assert.Equal(Task1, device.Hear(published[2], MessageType.Task, TaskMessage.Read).Task.Id);
        Assert.True(device.Hear(published[3], MessageType.Accepted, AcceptedMessage.Read).Keep);
        Assert.Equal([0u, 1u, 2u, 3u], device.Heard);
        Assert.Equal(4, published.Length);
        Assert.Equal(4, fog.Proxy.Statistics.Sent);
    }

    [Fact]
    public async Task The_node_grain_gets_what_the_tag_covers_and_the_facts()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] hello = device.Hello();
        await fog.Send(device, hello);
        var request = Assert.Single(fog.Node(device).Hellos);
        Assert.Equal([.. hello[..^16], .. "fog/home/n/esp-7/up"u8], request.Authenticated.ToArray());
        Assert.Equal(hello[^16..], request.Tag.ToArray());
        Assert.Equal(100, request.Facts.DutyCycle.ListenPermille);
        Assert.Equal((fog.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMicroseconds, request.Epoch);
        Assert.Same(fog.Proxy, request.Link);
    }

    [Fact]
    public async Task Messages_under_the_session_key_reach_the_node_grain_with_their_session()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Send(
            device,
            device.Keepalive(4711),
            device.Say(MessageType.Result, new ResultUplink(Task1, DeviceFailure.ImageRejected, default, 0, [], 5, TimeSpan.FromMicroseconds(6), default), ResultMessage.Write),
            device.Say(MessageType.Log, new LogUplink(2, "warm"), LogMessage.Write),
            device.Sleep());
        Assert.Collection(
            fog.Node(device).Received,
            m => Assert.Equal(4711, Assert.IsType<KeepaliveUplink>(m).FreeHeapBytes),
            m => Assert.Equal((DeviceFailure.ImageRejected, 5L), (Assert.IsType<ResultUplink>(m).Failure, ((ResultUplink)m).FuelUsed)),
            m => Assert.Equal("warm", Assert.IsType<LogUplink>(m).Text),
            m => Assert.Equal(3700, Assert.IsType<SleepUplink>(m).BatteryMillivolts));
        Assert.All(fog.Node(device).ReceivedWithEpochs, r => Assert.Equal(fog.Node(device).Hellos[0].Epoch, r.Epoch));
        Assert.Empty(fog.Proxy.Statistics.Dropped);
    }

    [Theory]
    [InlineData(HelloRefusal.UnknownDevice, Drop.UnknownDevice)]
    [InlineData(HelloRefusal.WrongTag, Drop.WrongHelloTag)]
    [InlineData(HelloRefusal.StaleEpoch, Drop.StaleEpoch)]
    public async Task A_refused_hello_is_counted_and_never_answered(HelloRefusal refusal, Drop drop)
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Node(device).Refuses = refusal;
        await fog.Send(device, device.Hello());
        Assert.Empty(fog.Broker.Published());
        Assert.Equal(1, fog.Dropped(drop));
        Assert.Equal(0, fog.Proxy.Statistics.Devices);
    }

    [Fact]
    public async Task A_session_opened_while_a_clock_was_ahead_does_not_shut_its_device_out()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Node(device).LatestEpoch = 4_000_000_000_000_000; // the year 2096
        await fog.Send(device, device.Hello());
        Assert.Single(fog.Broker.Published());
        Assert.Equal(4_000_000_000_000_001, fog.Node(device).Hellos[^1].Epoch);
        Assert.Empty(fog.Proxy.Statistics.Dropped);
    }

    [Fact]
    public async Task A_hello_under_another_key_is_refused_by_its_tag()
    {
        await using var fog = await ProxyHarness.Started();
        var device = new TestDevice(new("home", "esp-7"), new byte[32]);
        await fog.Send(device, device.Hello());
        Assert.Equal(1, fog.Dropped(Drop.WrongHelloTag));
    }

    [Fact]
    public async Task A_malformed_hello_does_not_reach_the_node_grain()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] hello = device.Hello();
        byte[] numbered = [.. hello];
        numbered[2] = 1;
        await fog.Send(device, [.. hello[..^16], 0, .. hello[^16..]], numbered);
        Assert.Equal(2, fog.Dropped(Drop.Malformed));
        Assert.Empty(fog.Node(device).Hellos);
    }

    [Fact]
    public async Task A_replayed_hello_displaces_nothing()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] recorded = device.Hello();
        await fog.Send(device, recorded);
        device.Welcomed(fog.Broker.Published()[0]);
        await fog.Send(device, device.Sleep());

        await fog.Wake(device);
        await fog.Send(device, device.Keepalive(1));
        await fog.Send(device, recorded);
        fog.Broker.Published();
        await fog.Send(device, device.Keepalive(2));
        Assert.Equal([1L, 2L], fog.Node(device).Received.OfType<KeepaliveUplink>().Select(k => k.FreeHeapBytes));
        Assert.Equal(3, fog.Node(device).Hellos.Length);
        Assert.Single(await fog.Deliver(device, fog.Node(device).Hellos[1], new StopDownlink(Task1)));
    }

    [Fact]
    public async Task A_hello_that_came_twice_opens_one_session()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] hello = device.Hello();
        await fog.Send(device, hello, hello);
        Assert.Single(fog.Broker.Published());
        Assert.Equal(1, fog.Dropped(Drop.ReplayedHello));
    }

    [Fact]
    public async Task A_later_session_ends_the_earlier_only_when_it_is_confirmed()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        byte[] first = device.Keepalive(1), second = device.Keepalive(2), third = device.Keepalive(3);
        await fog.Send(device, first);
        await fog.Wake(device);
        await fog.Send(device, second);
        await fog.Send(device, device.Keepalive(10));
        await fog.Send(device, third);
        Assert.Equal([1L, 2L, 10L], fog.Node(device).Received.Cast<KeepaliveUplink>().Select(k => k.FreeHeapBytes));
        Assert.Equal(1, fog.Dropped(Drop.WrongTag));
    }

    [Fact]
    public async Task Replayed_late_forged_and_malformed_messages_are_counted_and_leave_the_session_alone()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        byte[] message = device.Keepalive();
        byte[] forged = [.. message];
        forged[7] ^= 1;
        await fog.Send(
            device,
            message,
            message,
            forged,
            device.Say(100, MessageType.Keepalive, new KeepaliveUplink(100), KeepaliveMessage.Write),
            device.Say(36, MessageType.Keepalive, new KeepaliveUplink(36), KeepaliveMessage.Write),
            device.Say(101, MessageType.Keepalive, 0, (ref BodyWriter body, int _) => body.U8(0)),
            device.Say(102, MessageType.Keepalive, new KeepaliveUplink(102), KeepaliveMessage.Write));
        Assert.Equal([1000L, 100L, 102L], fog.Node(device).Received.Cast<KeepaliveUplink>().Select(k => k.FreeHeapBytes));
        Assert.Equal(1, fog.Dropped(Drop.Replayed));
        Assert.Equal(1, fog.Dropped(Drop.WrongTag));
        Assert.Equal(1, fog.Dropped(Drop.OutOfWindow));
        Assert.Equal(1, fog.Dropped(Drop.Malformed));
    }

    [Fact]
    public async Task What_is_no_message_of_a_device_is_counted()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        byte[] hello = device.Hello();
        byte[] version2 = [2, .. hello[1..]];
        byte[] welcome = [1, 0x81, .. hello[2..]];
        await fog.Send(device, [], new byte[5000], version2, welcome);
        await fog.Broker.Send("fog/elsewhere/n/esp-7/up", hello);
        await fog.Broker.Send("fog/home/n/ESP/up", hello);
        Assert.Equal(2, fog.Dropped(Drop.WrongSize));
        Assert.Equal(1, fog.Dropped(Drop.UnknownVersion));
        Assert.Equal(1, fog.Dropped(Drop.UnknownType));
        Assert.Equal(2, fog.Dropped(Drop.ForeignTopic));
        Assert.Equal(6, fog.Proxy.Statistics.Received);
        Assert.Equal(0, fog.Proxy.Statistics.Devices);
    }

    [Fact]
    public async Task Sleep_ends_the_session()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Send(device, device.Sleep(), device.Keepalive());
        Assert.IsType<SleepUplink>(Assert.Single(fog.Node(device).Received));
        Assert.Equal(1, fog.Dropped(Drop.NoSession));
        Assert.Equal(0, fog.Proxy.Statistics.Devices);
        Assert.Empty(await fog.Deliver(device, new StopDownlink(Task1)));
        Assert.Equal(1, fog.Dropped(Drop.SessionOver));
    }

    [Fact]
    public async Task The_last_will_ends_every_session_and_is_passed_on_as_a_hint()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        await fog.Send(device, device.Keepalive());
        await fog.Wake(device);
        await fog.Broker.Send("fog/home/n/esp-7/will", []);
        await fog.Proxy.Idle();
        Assert.Equal(fog.Node(device).Hellos.Select(h => h.Epoch), fog.Node(device).DroppedEpochs);
        Assert.Equal(0, fog.Proxy.Statistics.Devices);
        await fog.Send(device, device.Keepalive());
        Assert.Equal(1, fog.Dropped(Drop.NoSession));
    }

    [Fact]
    public async Task A_will_of_a_device_without_session_is_nobodys_business()
    {
        await using var fog = await ProxyHarness.Started();
        await fog.Broker.Send("fog/home/n/esp-7/will", []);
        Assert.Equal(1, fog.Dropped(Drop.NoSession));
    }
}
