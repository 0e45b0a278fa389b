using Fog.DeviceProxy.Proxy.Messages;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>What the node grain pushes to a device that is awake.</summary>
public class MailTests
{
    private static readonly TaskId Task1 = new("00112233445566778899aabbccddeeff");

    [Fact]
    public async Task Mail_for_a_pending_session_is_sent()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var published = await fog.Deliver(device, new AcceptedDownlink(Task1, Keep: false), new StopDownlink(Task1));
        Assert.False(device.Hear(published[0], MessageType.Accepted, AcceptedMessage.Read).Keep);
        device.Hear(published[1], MessageType.Stop, StopMessage.Read);
        Assert.Equal([0u, 1u, 2u], device.Heard);
    }

    [Fact]
    public async Task Work_for_the_leader_goes_to_the_leader_topic_under_its_session_key_and_count()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var published = await fog.Deliver(device, new StopDownlink(Task1), Mail.Task(Task1, leaderOf: "c-1"), new StopDownlink(Task1));
        device.Hear(published[0], MessageType.Stop, StopMessage.Read);
        var task = device.Hear(published[1], MessageType.Task, TaskMessage.Read, topic: "fog/home/c/c-1/leader");
        device.Hear(published[2], MessageType.Stop, StopMessage.Read);
        Assert.Equal(7u, task.Term);
        Assert.Equal([0u, 1u, 2u, 3u], device.Heard);
    }

    [Fact]
    public async Task In_the_batch_after_welcome_a_leaders_work_comes_on_its_own_topic()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        fog.Node(device).Batch = [Mail.Task(Task1, leaderOf: "c-1")];
        var batch = await fog.Wake(device);
        device.Hear(Assert.Single(batch), MessageType.Task, TaskMessage.Read, topic: device.Down);
    }

    [Fact]
    public async Task Mail_for_a_session_that_is_over_is_dropped()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var first = fog.Node(device).Hellos[0];
        await fog.Wake(device);
        await fog.Send(device, device.Keepalive());
        Assert.Empty(await fog.Deliver(device, first, new StopDownlink(Task1), new StopDownlink(Task1)));
        Assert.Equal(2, fog.Dropped(Drop.SessionOver));
        Assert.Single(await fog.Deliver(device, new StopDownlink(Task1)));
    }

    [Fact]
    public async Task Mail_that_the_broker_does_not_take_is_counted_and_the_next_goes_on()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        fog.Broker.PublishFails = Fakes.FakeBroker.Unreachable();
        Assert.Empty(await fog.Deliver(device, new StopDownlink(Task1), new StopDownlink(Task1)));
        Assert.Equal(2, fog.Dropped(Drop.BrokerGone));
        fog.Broker.PublishFails = null;
        var published = await fog.Deliver(device, new StopDownlink(Task1));
        device.Hear(Assert.Single(published), MessageType.Stop, StopMessage.Read);
        Assert.Equal([0u, 3u], device.Heard);
    }

    [Fact]
    public async Task A_message_that_cannot_be_made_costs_its_batch_and_nothing_else()
    {
        await using var fog = await ProxyHarness.Started();
        var device = fog.Device();
        await fog.Wake(device);
        var task = Mail.Task(Task1, leaderOf: null);
        var impossible = task with { Task = task.Task with { ImageBytes = -1 } };
        Assert.Empty(await fog.Deliver(device, impossible));
        Assert.Equal(1, fog.Dropped(Drop.Failed));
        Assert.Single(await fog.Deliver(device, task));
    }
}
