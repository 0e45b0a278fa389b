using System.Text;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Broker;

/// <summary>The broker's side of a network connection.</summary>
public class MqttBrokerTests
{
    [Theory]
    [InlineData("C000")] // PINGREQ
    [InlineData("300700 03612F62 6869")] // PUBLISH
    [InlineData("E000")] // DISCONNECT
    public async Task A_first_packet_other_than_CONNECT_ends_the_connection(string hex) // MQTT-3.1.0-1
    {
        await using var harness = new BrokerHarness();
        var wire = harness.Open();
        await wire.SendAsync(hex);
        await wire.ReceiveEndAsync();
        Assert.Equal(1, harness.Broker.Statistics.PeerFaults);
    }

    [Theory]
    [InlineData("100D 00044D515454 06 02 003C 00 0000")]
    [InlineData("100C 00044D515454 03 02 003C 0000")]
    public async Task Another_protocol_level_is_refused_with_its_code(string hex) // MQTT-3.1.2-2
    {
        await using var harness = new BrokerHarness();
        var wire = harness.Open();
        await wire.SendAsync(hex);
        Assert.Equal(new ConnAckPacket(false, ConnectReturnCode.UnacceptableProtocolVersion), await wire.ReceiveAsync<ConnAckPacket>());
        await wire.ReceiveEndAsync();
    }

    [Fact]
    public async Task A_CONNECT_beyond_the_limit_for_strangers_is_refused_from_its_header()
    {
        await using var harness = new BrokerHarness(new MqttLimits { ConnectPacketBytesMax = 100 });
        var wire = harness.Open();
        await wire.SendAsync("1065");
        await wire.ReceiveEndAsync();
        Assert.Equal(1, harness.Broker.Statistics.PeerFaults);
    }

    [Fact]
    public async Task Credentials_are_asked_for_and_their_refusal_is_said() // 3.2.2.3
    {
        await using var harness = new BrokerHarness(access: new OnePassword());
        var wrong = harness.Open();
        await wrong.SendAsync(new ConnectPacket("a", true, 0, null, "user", Encoding.UTF8.GetBytes("guess")));
        Assert.Equal(ConnectReturnCode.BadUserNameOrPassword, (await wrong.ReceiveAsync<ConnAckPacket>()).ReturnCode);
        await wrong.ReceiveEndAsync();

        var right = harness.Open();
        await right.SendAsync(new ConnectPacket("a", true, 0, null, "user", Encoding.UTF8.GetBytes("secret")));
        Assert.Equal(ConnectReturnCode.Accepted, (await right.ReceiveAsync<ConnAckPacket>()).ReturnCode);
    }

    [Fact]
    public async Task Credentials_are_not_asked_about_beyond_the_connect_rate()
    {
        await using var harness = new BrokerHarness(new MqttLimits { ConnectsPerSecondMax = 1 }, new OnePassword());
        foreach (var code in new[] { ConnectReturnCode.BadUserNameOrPassword, ConnectReturnCode.ServerUnavailable })
        {
            var wrong = harness.Open();
            await wrong.SendAsync(new ConnectPacket("a", true, 0, null, "user", Encoding.UTF8.GetBytes("guess")));
            Assert.Equal(code, (await wrong.ReceiveAsync<ConnAckPacket>()).ReturnCode);
            await wrong.ReceiveEndAsync();
        }
    }

    [Fact]
    public async Task What_follows_CONNECT_at_once_waits_for_its_answer() // 3.1.4
    {
        await using var harness = new BrokerHarness();
        var wire = harness.Open();
        await wire.SendAsync(
            new ConnectPacket("a", true, 0),
            new SubscribePacket(1, [new("t", AtMostOnce)]),
            new PublishPacket(Message("t", "x", AtMostOnce), 0));
        await wire.ReceiveAsync<ConnAckPacket>(); // MQTT-3.2.0-1: first of all
        await wire.ReceiveAsync<SubAckPacket>();
        Assert.Equal("x", (await wire.ReceiveAsync<PublishPacket>()).Message.Text());
    }

    [Fact]
    public async Task Rules_that_fail_take_only_their_connection_with_them()
    {
        var broker = new MqttBroker(new ManualTime(), access: new Failing());
        var wire = new Wire();
        var served = broker.ServeAsync(wire.Theirs, wire.Abort);
        await wire.SendAsync(new ConnectPacket("a", true, 0));
        await Assert.ThrowsAsync<NotSupportedException>(() => Patience.Await(served, "the rules' failure"));
        Assert.Equal(0, broker.Statistics.Connections);
        await Patience.Await(broker.DisposeAsync().AsTask(), "end of the broker");
    }

    [Fact]
    public async Task A_packet_cut_off_by_the_end_of_the_stream_is_a_fault()
    {
        await using var harness = new BrokerHarness();
        var wire = await harness.ConnectAsync("a");
        await wire.SendAsync("3007 0003");
        wire.EndOfStream();
        await wire.ReceiveEndAsync();
        Assert.Equal(1, harness.Broker.Statistics.PeerFaults);
    }

    [Fact]
    public async Task The_end_of_the_stream_between_packets_is_none()
    {
        await using var harness = new BrokerHarness();
        var wire = await harness.ConnectAsync("a");
        wire.EndOfStream();
        await wire.ReceiveEndAsync();
        Assert.Equal((0, 0), (harness.Broker.Statistics.PeerFaults, harness.Broker.Statistics.Connections));
    }

    [Fact]
    public async Task What_came_before_a_malformed_packet_counts_and_what_comes_after_does_not() // MQTT-4.8.0-1
    {
        await using var harness = new BrokerHarness();
        var inbox = new Inbox();
        await using var watcher = harness.Broker.ConnectLocal("w", inbox.ReceiveAsync);
        await watcher.SubscribeAsync("#", AtLeastOnce);
        var wire = await harness.ConnectAsync("a");
        await wire.SendAsync("3004 0001 6131" + "3603 000161" + "3004 0001 6132");
        await wire.ReceiveEndAsync();
        Assert.Equal("1", await inbox.NextTextAsync("a"));
        await watcher.PublishAsync(Message("marker", ""));
        await inbox.NextAsync("marker");
        Assert.Equal(1, harness.Broker.Statistics.PeerFaults);
    }

    [Fact]
    public async Task A_silent_client_is_dropped_after_one_and_a_half_keepalives() // MQTT-3.1.2-24
    {
        await using var harness = new BrokerHarness();
        var inbox = new Inbox();
        await using var watcher = harness.Broker.ConnectLocal("w", inbox.ReceiveAsync);
        await watcher.SubscribeAsync("will", AtLeastOnce);
        var wire = harness.Open();
        await wire.SendAsync(new ConnectPacket("a", true, 10, Message("will", "gone")));
        await wire.ReceiveAsync<ConnAckPacket>();

        harness.Time.Advance(TimeSpan.FromSeconds(15));
        await wire.SendAsync(PingReqPacket.Instance);
        await wire.ReceiveAsync<PingRespPacket>();
        harness.Time.Advance(TimeSpan.FromSeconds(16));
        await wire.ReceiveEndAsync();
        Assert.Equal("gone", await inbox.NextTextAsync("will"));
    }

    [Fact]
    public async Task A_stranger_who_says_nothing_is_dropped_in_time()
    {
        await using var harness = new BrokerHarness(new MqttLimits { ConnectTimeout = TimeSpan.FromSeconds(5) });
        var wire = harness.Open();
        await wire.SendAsync("10");
        harness.Time.Advance(TimeSpan.FromSeconds(7));
        await wire.ReceiveEndAsync();
    }

    [Fact]
    public async Task A_takeover_closes_the_first_connection() // MQTT-3.1.4-2
    {
        await using var harness = new BrokerHarness();
        var first = await harness.ConnectAsync("a");
        var second = await harness.ConnectAsync("a");
        await first.ReceiveEndAsync();
        await second.SendAsync(PingReqPacket.Instance);
        await second.ReceiveAsync<PingRespPacket>();
    }

    [Fact]
    public async Task A_connection_beyond_the_limit_is_closed()
    {
        await using var harness = new BrokerHarness(new MqttLimits { ConnectionsMax = 1 });
        await harness.ConnectAsync("a");
        await harness.Open().ReceiveEndAsync();
    }

    [Fact]
    public async Task DISCONNECT_is_answered_by_closing() // MQTT-3.14.4-1, -2
    {
        await using var harness = new BrokerHarness();
        var wire = await harness.ConnectAsync("a");
        await wire.SendAsync(DisconnectPacket.Instance, PingReqPacket.Instance);
        await wire.ReceiveEndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_of_version_5_is_told_why_and_may_close_first_but_not_for_ever(bool closes) // MQTT-4.13.2-1
    {
        await using var harness = new BrokerHarness(new MqttLimits { CloseTimeout = TimeSpan.FromSeconds(5) });
        var wire = harness.Open(version: MqttVersion.V5);
        var connect = new ConnectPacket("a", true, 0) { Version = MqttVersion.V5 };
        await wire.SendAsync(connect);
        await wire.ReceiveAsync<ConnAckPacket>();
        await wire.SendAsync("3005 000161 027F"); // a property that there is not
        Assert.Equal(new DisconnectPacket(MqttReasonCode.MalformedPacket), await wire.ReceiveAsync<DisconnectPacket>());
        await wire.SendAsync(PingReqPacket.Instance); // of no interest, and no harm
        if (closes)
            wire.EndOfStream();
        else
            harness.Time.Advance(TimeSpan.FromSeconds(6));
        await wire.ReceiveEndAsync();
        Assert.Equal(!closes, wire.Aborted);
    }

    [Fact]
    public async Task A_consumer_that_does_not_read_delays_nobody_and_loses_only_what_its_queue_cannot_hold()
    {
        const int messages = 500, queue = 50;
        await using var harness = new BrokerHarness(new MqttLimits { QueuedMessagesMax = queue, InflightMax = 8 });
        var slow = await harness.ConnectAsync("slow", pauseBytes: 4096);
        await slow.SendAsync(new SubscribePacket(1, [new("t", AtLeastOnce)]));
        await slow.ReceiveAsync<SubAckPacket>();
        var inbox = new Inbox();
        await using var quick = harness.Broker.ConnectLocal("quick", inbox.ReceiveAsync);
        await quick.SubscribeAsync("t", AtLeastOnce);

        var publisher = await harness.ConnectAsync("p");
        for (ushort i = 1; i <= messages; i++)
        {
            await publisher.SendAsync(new PublishPacket(Message("t", $"{i}", AtLeastOnce), i));
            await publisher.ReceiveAsync<PubAckPacket>();
            Assert.Equal($"{i}", await inbox.NextTextAsync("t"));
        }

        var statistics = harness.Broker.Statistics;
        Assert.Equal(messages - queue - 8, statistics.DroppedQueueFull);

        // Once it reads, it gets what was kept, in order.
        for (var i = 1; i <= queue + 8; i++)
        {
            var publish = await slow.ReceiveAsync<PublishPacket>();
            Assert.Equal($"{i}", publish.Message.Text());
            await slow.SendAsync(new PubAckPacket(publish.PacketId));
        }
    }

    [Fact]
    public async Task Qos_0_for_a_consumer_that_does_not_read_is_dropped_and_counted()
    {
        await using var harness = new BrokerHarness(new MqttLimits { QueuedMessagesMaxForQos0 = 20 });
        var slow = await harness.ConnectAsync("slow", pauseBytes: 2000);
        await slow.SendAsync(new SubscribePacket(1, [new("t", AtMostOnce)]));
        await slow.ReceiveAsync<SubAckPacket>();
        await using var publisher = harness.Broker.ConnectLocal("p", _ => ValueTask.CompletedTask);
        for (var i = 0; i < 100; i++)
            await publisher.PublishAsync(new MqttMessage("t", new byte[1000], AtMostOnce));
        Assert.InRange(harness.Broker.Statistics.DroppedAtMostOnce, 100 - 20 - 5, 100 - 20);
        Assert.InRange(harness.Broker.Statistics.QueuedBytes, 1, 20 * 1002);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_its_answers_is_not_read_any_more()
    {
        const int pings = 20_000;
        await using var harness = new BrokerHarness(new MqttLimits { RepliesMax = 100 });
        var wire = await harness.ConnectAsync("a", pauseBytes: 1024);
        var sending = wire.SendAllAsync(Enumerable.Repeat(PingReqPacket.Instance, pings));

        // Somebody else's answer shows that the broker has come around to everything it could do.
        var other = await harness.ConnectAsync("b");
        await other.SendAsync(PingReqPacket.Instance);
        await other.ReceiveAsync<PingRespPacket>();
        Assert.False(sending.IsCompleted);

        for (var i = 0; i < pings; i++)
            await wire.ReceiveAsync<PingRespPacket>();
        await Patience.Await(sending, "the rest of the pings");
    }

    [Fact]
    public async Task Stopping_publishes_wills_closes_everything_and_lets_nobody_in()
    {
        var harness = new BrokerHarness();
        var wire = await harness.ConnectAsync("a");
        var local = harness.Broker.ConnectLocal("l", _ => ValueTask.CompletedTask);
        var stopping = harness.DisposeAsync().AsTask();
        await wire.ReceiveEndAsync();
        await Patience.Await(stopping, "end of the broker");
        Assert.Equal(MqttEnd.BrokerStopped, (await Patience.Await(local.Closed, "end of the local connection")).End);

        await harness.Open().ReceiveEndAsync();
        var refused = Assert.Throws<MqttException>(() => harness.Broker.ConnectLocal("l", _ => ValueTask.CompletedTask));
        Assert.Equal(ConnectReturnCode.ServerUnavailable, refused.ReturnCode);
    }

    [Fact]
    public void Credentials_show_no_secret() =>
        Assert.Equal("client 'a'", new MqttCredentials("a", "user", Encoding.UTF8.GetBytes("secret")).ToString());

    private sealed class OnePassword : IMqttAccess
    {
        public async ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials)
        {
            await Task.Yield();
            return credentials is { UserName: "user", Password: { } password } && password.Span.SequenceEqual("secret"u8)
                ? MqttAdmission.Accept("somebody")
                : MqttAdmission.Refuse(ConnectReturnCode.BadUserNameOrPassword);
        }

        public bool MayPublish(string identity, string topic) => true;

        public bool MaySubscribe(string identity, string filter) => true;
    }

    private sealed class Failing : IMqttAccess
    {
        public ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials) => throw new NotSupportedException();

        public bool MayPublish(string identity, string topic) => true;

        public bool MaySubscribe(string identity, string filter) => true;
    }
}
