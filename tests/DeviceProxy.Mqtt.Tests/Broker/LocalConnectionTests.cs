using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Broker;

/// <summary>A connection from within the broker's process.</summary>
public class LocalConnectionTests
{
    [Theory]
    [InlineData(AtMostOnce)]
    [InlineData(AtLeastOnce)]
    [InlineData(ExactlyOnce)]
    public async Task Messages_reach_the_handler_in_order(QualityOfService qos)
    {
        await using var harness = new BrokerHarness(new MqttLimits { InflightMax = 3 });
        var inbox = new Inbox();
        await using var subscriber = harness.Broker.ConnectLocal("s", inbox.ReceiveAsync);
        await using var publisher = harness.Broker.ConnectLocal("p", _ => ValueTask.CompletedTask);
        Assert.Equal(qos, await subscriber.SubscribeAsync("t/#", qos));
        for (var i = 0; i < 100; i++)
            await publisher.PublishAsync(Message("t/x", $"{i}", qos));
        for (var i = 0; i < 100; i++)
        {
            var message = await inbox.NextAsync("t/x");
            Assert.Equal(($"{i}", qos, false, false), (message.Text(), message.Qos, message.Retain, message.Duplicate));
        }

        Assert.Equal(0, harness.Broker.Statistics.QueuedBytes);
    }

    [Fact]
    public async Task The_handler_has_one_message_at_a_time_and_its_publisher_does_not_wait_for_it()
    {
        await using var harness = new BrokerHarness();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int inside = 0, handled = 0;
        await using var subscriber = harness.Broker.ConnectLocal("s", async _ =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            entered.TrySetResult();
            await leave.Task;
            Interlocked.Decrement(ref inside);
            if (++handled == 10)
                done.SetResult();
        });
        await subscriber.SubscribeAsync("t", AtLeastOnce);
        for (var i = 0; i < 10; i++)
            await subscriber.PublishAsync(Message("t", ""));
        await Patience.Await(entered.Task, "the first message");
        leave.SetResult();
        await Patience.Await(done.Task, "the last message");
    }

    [Fact]
    public async Task A_handler_may_publish_and_unsubscribe()
    {
        await using var harness = new BrokerHarness();
        var inbox = new Inbox();
        await using var watcher = harness.Broker.ConnectLocal("w", inbox.ReceiveAsync);
        await watcher.SubscribeAsync("pong", AtLeastOnce);
        IMqttConnection? self = null;
        self = harness.Broker.ConnectLocal("s", async message =>
        {
            await self!.PublishAsync(Message("pong", message.Text()));
            await self.UnsubscribeAsync("ping");
        });
        await self.SubscribeAsync("ping", AtLeastOnce);
        await watcher.PublishAsync(Message("ping", "1"));
        Assert.Equal("1", await inbox.NextTextAsync("pong"));
    }

    [Fact]
    public async Task A_handler_that_throws_ends_its_connection_and_the_session_keeps_the_message()
    {
        await using var harness = new BrokerHarness();
        var mistake = new InvalidOperationException("mistake");
        var first = harness.Broker.ConnectLocal("s", _ => throw mistake, cleanSession: false);
        await first.SubscribeAsync("t", AtLeastOnce);
        await first.PublishAsync(Message("t", "x"));
        var closure = await Patience.Await(first.Closed, "end of the connection");
        Assert.Equal((MqttEnd.HandlerFailed, mistake), (closure.End, closure.Cause));
        var ended = await Assert.ThrowsAsync<MqttException>(() => first.PublishAsync(Message("t", "y")));
        Assert.Equal(MqttFailure.ConnectionEnded, ended.Failure);

        var inbox = new Inbox();
        await using var second = harness.Broker.ConnectLocal("s", inbox.ReceiveAsync, cleanSession: false);
        Assert.True(second.SessionPresent);
        var message = await inbox.NextAsync("t");
        Assert.Equal(("x", true), (message.Text(), message.Duplicate));
    }

    [Fact]
    public async Task A_persistent_session_waits_for_its_next_connection()
    {
        await using var harness = new BrokerHarness();
        var first = harness.Broker.ConnectLocal("s", _ => ValueTask.CompletedTask, cleanSession: false);
        Assert.False(first.SessionPresent);
        await first.SubscribeAsync("t", AtLeastOnce);
        await first.DisposeAsync();
        Assert.Equal(MqttEnd.Closed, (await first.Closed).End);

        await using var publisher = harness.Broker.ConnectLocal("", _ => ValueTask.CompletedTask);
        Assert.StartsWith("assigned-", publisher.ClientId);
        await publisher.PublishAsync(Message("t", "x"));
        var inbox = new Inbox();
        await using var second = harness.Broker.ConnectLocal("s", inbox.ReceiveAsync, cleanSession: false);
        Assert.Equal("x", await inbox.NextTextAsync("t"));
    }

    [Fact]
    public async Task Retained_messages_greet_it_too()
    {
        await using var harness = new BrokerHarness();
        var inbox = new Inbox();
        await using var connection = harness.Broker.ConnectLocal("s", inbox.ReceiveAsync);
        await connection.PublishAsync(Message("t", "kept", retain: true));
        await connection.SubscribeAsync("t", AtLeastOnce);
        Assert.True((await inbox.NextAsync("t")).Retain);
        await connection.PublishAsync(Message("t", "live", retain: true));
        Assert.False((await inbox.NextAsync("t")).Retain);
    }

    [Fact]
    public async Task Another_local_connection_takes_its_identifier_over_but_nobody_from_outside()
    {
        await using var harness = new BrokerHarness();
        var first = harness.Broker.ConnectLocal("proxy", _ => ValueTask.CompletedTask);
        await using var second = harness.Broker.ConnectLocal("proxy", _ => ValueTask.CompletedTask);
        Assert.Equal(MqttEnd.TakenOver, (await Patience.Await(first.Closed, "takeover")).End);

        var outsider = harness.Open();
        Assert.Equal(new ConnAckPacket(false, ConnectReturnCode.IdentifierRejected), await outsider.ConnectAsync("proxy"));
        await outsider.ReceiveEndAsync();
        Assert.False(second.Closed.IsCompleted);
    }

    [Fact]
    public async Task Misuse_is_an_argument_exception_and_too_much_a_refusal()
    {
        await using var harness = new BrokerHarness(new MqttLimits { SubscriptionsPerSessionMax = 1, TopicLevelsMax = 4 });
        await using var connection = harness.Broker.ConnectLocal("s", _ => ValueTask.CompletedTask);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => connection.PublishAsync(Message("a/+", "")));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => connection.PublishAsync(Message("a/b/c/d/e", "")));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => connection.SubscribeAsync("a#", AtMostOnce));
        await connection.SubscribeAsync("a", AtMostOnce);
        var refused = await Assert.ThrowsAsync<MqttException>(() => connection.SubscribeAsync("b", AtMostOnce));
        Assert.Equal(MqttFailure.SubscribeRefused, refused.Failure);
        Assert.Equal(
            ConnectReturnCode.IdentifierRejected,
            Assert.Throws<MqttException>(() => harness.Broker.ConnectLocal("", _ => ValueTask.CompletedTask, cleanSession: false)).ReturnCode);
    }
}
