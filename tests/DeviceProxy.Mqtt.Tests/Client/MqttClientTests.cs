using System.Text;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Client;

/// <summary>The client against a broker that is the test itself.</summary>
public class MqttClientTests
{
    private readonly ManualTime time = new();
    private readonly Wire wire = new();
    private readonly Inbox inbox = new();

    // ---- Connecting

    [Fact]
    public async Task It_introduces_itself_as_its_options_say()
    {
        var connecting = Connecting(new MqttConnectOptions
        {
            ClientId = "node-1",
            CleanSession = false,
            KeepAlive = TimeSpan.FromSeconds(1.5),
            UserName = "me",
            Password = Encoding.UTF8.GetBytes("secret"),
            Will = Message("will", "gone", ExactlyOnce, retain: true),
        });
        var connect = await wire.AcceptAsync(sessionPresent: true);
        Assert.Equal(
            "CONNECT 'node-1' clean=False keepalive=2 will='will' ExactlyOnce retain=True dup=False 676F6E65 user=me password=736563726574",
            Packets.Codec.Describe(connect));
        var client = await Patience.Await(connecting, "connection");
        Assert.True(client.SessionPresent);
        client.Abort();
    }

    [Theory]
    [InlineData(ConnectReturnCode.IdentifierRejected)]
    [InlineData(ConnectReturnCode.NotAuthorized)]
    public async Task A_refusal_is_an_exception_with_its_code(ConnectReturnCode code)
    {
        var connecting = Connecting(new MqttConnectOptions());
        await wire.ReceiveAsync<ConnectPacket>();
        await wire.SendAsync(new ConnAckPacket(false, code));
        var refused = await Assert.ThrowsAsync<MqttException>(() => Patience.Await(connecting, "refusal"));
        Assert.Equal((MqttFailure.ConnectRefused, code), (refused.Failure, refused.ReturnCode));
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_is_unreachable_in_time()
    {
        var connecting = Connecting(new MqttConnectOptions { Limits = new MqttLimits { ConnectTimeout = TimeSpan.FromSeconds(3) } });
        await wire.ReceiveAsync<ConnectPacket>();
        time.Advance(TimeSpan.FromSeconds(3));
        var gaveUp = await Assert.ThrowsAsync<MqttException>(() => Patience.Await(connecting, "giving up"));
        Assert.Equal(MqttFailure.Unreachable, gaveUp.Failure);
        Assert.True(wire.Aborted);
    }

    [Fact]
    public async Task Connecting_can_be_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var connecting = MqttClient.ConnectAsync(wire.Theirs, wire.Abort, new MqttConnectOptions(), inbox.ReceiveAsync, time, giveUp.Token);
        await wire.ReceiveAsync<ConnectPacket>();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Patience.Await(connecting, "giving up"));
    }

    [Fact]
    public async Task A_broker_that_closes_instead_of_answering_is_named()
    {
        var connecting = Connecting(new MqttConnectOptions());
        await wire.ReceiveAsync<ConnectPacket>();
        wire.EndOfStream();
        var ended = await Assert.ThrowsAsync<MqttException>(() => Patience.Await(connecting, "failure"));
        Assert.Equal(MqttEnd.EndOfStream, ended.Closure!.End);
    }

    [Theory]
    [InlineData("D000", MqttFault.FirstPacketUnexpected)] // MQTT-3.2.0-1
    [InlineData("20020100", MqttFault.SessionPresentInvalid)] // MQTT-3.2.2-1: the session was to be clean
    [InlineData("F000", MqttFault.PacketTypeReserved)]
    [InlineData("2002020000", MqttFault.ReservedBitSet)]
    [InlineData("20020000 20020000", MqttFault.ConnectRepeated)]
    [InlineData("20020000 C000", MqttFault.WrongDirection)]
    [InlineData("20020000 82060001000161 00", MqttFault.WrongDirection)]
    [InlineData("20020000 9003000100", MqttFault.AnswerMismatch)]
    [InlineData("20020000 B0020001", MqttFault.AnswerMismatch)]
    [InlineData("20020000 3002", MqttFault.PacketCutOff)]
    public async Task A_broker_that_breaks_the_protocol_is_left(string hex, MqttFault fault)
    {
        var connecting = Connecting(new MqttConnectOptions());
        await wire.ReceiveAsync<ConnectPacket>();
        await wire.SendAsync(hex);
        wire.EndOfStream();
        MqttClosure closure;
        try
        {
            closure = await Patience.Await((await Patience.Await(connecting, "connection")).Closed, "end");
        }
        catch (MqttException e)
        {
            closure = e.Closure!;
        }

        Assert.Equal((MqttEnd.PeerFault, fault), (closure.End, closure.Fault));
    }

    [Fact]
    public void Misuse_is_an_argument_exception()
    {
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { CleanSession = false })); // MQTT-3.1.3-7
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { Password = new byte[1] })); // MQTT-3.1.2-22
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { ClientId = "a", CleanSession = false, CleanStart = true }));
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { ClientId = "a", CleanSession = false, CleanStart = true, Version = MqttVersion.V5, Session = new MqttClientSession() }));
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { KeepAlive = TimeSpan.FromSeconds(65_536) }));
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { Will = Message("a/#", "") }));
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { Will = new MqttMessage("a", new byte[65_536]) }));
        Assert.Throws<ArgumentException>(() => Sync(new MqttConnectOptions { Session = new MqttClientSession() }));
    }

    [Fact]
    public async Task The_calls_of_a_connection_check_their_arguments()
    {
        var client = await ConnectedAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync(Message("a/+", "")));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.PublishAsync(new MqttMessage("a", new byte[1024 * 1024 + 1])));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.SubscribeAsync("a+", AtMostOnce));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => client.UnsubscribeAsync("", default));
        client.Abort();
    }

    [Fact]
    public void Options_show_no_secret() => Assert.Equal(
        "client 'a'", new MqttConnectOptions { ClientId = "a", UserName = "me", Password = new byte[] { 1 } }.ToString());

    // ---- Publishing

    [Fact]
    public async Task Qos_0_is_done_when_it_is_sent()
    {
        var client = await ConnectedAsync();
        await client.PublishAsync(Message("t", "x", AtMostOnce));
        Assert.Equal("x", (await wire.ReceiveAsync<PublishPacket>()).Message.Text());
        client.Abort();
    }

    [Fact]
    public async Task Qos_1_is_done_when_it_is_acknowledged() // MQTT-4.3.2-1
    {
        var client = await ConnectedAsync();
        var publishing = client.PublishAsync(Message("t", "x"));
        var packet = await wire.ReceiveAsync<PublishPacket>();
        Assert.False(publishing.IsCompleted);
        await wire.SendAsync(new PubAckPacket((ushort)(packet.PacketId + 1)), new PubRecPacket((ushort)(packet.PacketId + 1)));
        await wire.ReceiveAsync<PubRelPacket>();
        Assert.False(publishing.IsCompleted);
        await wire.SendAsync(new PubAckPacket(packet.PacketId));
        await Patience.Await(publishing, "acknowledgement");
        client.Abort();
    }

    [Fact]
    public async Task Qos_2_is_done_when_it_is_complete() // MQTT-4.3.3-1
    {
        var client = await ConnectedAsync();
        var publishing = client.PublishAsync(Message("t", "x", ExactlyOnce));
        var id = (await wire.ReceiveAsync<PublishPacket>()).PacketId;
        await wire.SendAsync(new PubRecPacket(id));
        Assert.Equal(id, (await wire.ReceiveAsync<PubRelPacket>()).PacketId);
        Assert.False(publishing.IsCompleted);
        await wire.SendAsync(new PubCompPacket(id));
        await Patience.Await(publishing, "completion");
        client.Abort();
    }

    [Fact]
    public async Task More_than_the_window_waits_and_goes_as_answers_come()
    {
        var client = await ConnectedAsync(new MqttConnectOptions { Limits = new MqttLimits { InflightMax = 2 } });
        var publishing = Enumerable.Range(0, 5).Select(i => client.PublishAsync(Message("t", $"{i}"))).ToList();
        var open = new Queue<ushort>();
        for (var i = 0; i < 5; i++)
        {
            var packet = await wire.ReceiveAsync<PublishPacket>();
            Assert.Equal($"{i}", packet.Message.Text());
            open.Enqueue(packet.PacketId);
            if (open.Count == 2)
                await wire.SendAsync(new PubAckPacket(open.Dequeue()));
        }

        await wire.SendAsync(new PubAckPacket(open.Dequeue()));
        await Patience.Await(Task.WhenAll(publishing), "acknowledgements");
        client.Abort();
    }

    [Fact]
    public async Task What_is_unacknowledged_when_the_connection_ends_has_failed()
    {
        var client = await ConnectedAsync();
        var publishing = client.PublishAsync(Message("t", "x"));
        var subscribing = client.SubscribeAsync("t", AtMostOnce);
        await wire.ReceiveAsync<PublishPacket>();
        await wire.ReceiveAsync<SubscribePacket>();
        wire.EndOfStream();
        foreach (var task in (Task[])[publishing, subscribing, client.Closed.ContinueWith(_ => client.PublishAsync(Message("t", "y"))).Unwrap()])
        {
            var failed = await Assert.ThrowsAsync<MqttException>(() => Patience.Await(task, "failure"));
            Assert.Equal((MqttFailure.ConnectionEnded, MqttEnd.EndOfStream), (failed.Failure, failed.Closure!.End));
        }
    }

    [Fact]
    public async Task Waiting_for_an_acknowledgement_can_be_given_up()
    {
        var client = await ConnectedAsync();
        using var giveUp = new CancellationTokenSource();
        var publishing = client.PublishAsync(Message("t", "x"), giveUp.Token);
        var id = (await wire.ReceiveAsync<PublishPacket>()).PacketId;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        await wire.SendAsync(new PubAckPacket(id)); // and the late answer disturbs nobody
        await client.PublishAsync(Message("t", "y", AtMostOnce));
        await wire.ReceiveAsync<PublishPacket>();
        client.Abort();
    }

    [Fact]
    public async Task A_kept_session_sends_again_what_was_not_acknowledged() // MQTT-4.4.0-1, MQTT-3.3.1-1
    {
        var options = new MqttConnectOptions { ClientId = "a", CleanSession = false, Session = new MqttClientSession() };
        var first = await ConnectedAsync(options);
        var one = first.PublishAsync(Message("t", "1"));
        var two = first.PublishAsync(Message("t", "2", ExactlyOnce));
        var idOne = (await wire.ReceiveAsync<PublishPacket>()).PacketId;
        var idTwo = (await wire.ReceiveAsync<PublishPacket>()).PacketId;
        await wire.SendAsync(new PubRecPacket(idTwo));
        await wire.ReceiveAsync<PubRelPacket>();
        first.Abort();
        await Assert.ThrowsAsync<MqttException>(() => one);
        await Assert.ThrowsAsync<MqttException>(() => two);
        await Patience.Await(first.Closed, "end");

        var secondWire = new Wire();
        var connecting = MqttClient.ConnectAsync(secondWire.Theirs, secondWire.Abort, options, inbox.ReceiveAsync, time);
        await secondWire.AcceptAsync(sessionPresent: true);
        var again = await secondWire.ReceiveAsync<PublishPacket>();
        Assert.Equal((idOne, true, "1"), (again.PacketId, again.Message.Duplicate, again.Message.Text()));
        Assert.Equal(idTwo, (await secondWire.ReceiveAsync<PubRelPacket>()).PacketId);
        (await connecting).Abort();
    }

    // ---- Receiving

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task A_kept_session_knows_a_repeated_qos_2_message_unless_the_broker_has_forgotten(bool sessionPresent, int times) // MQTT-4.3.3-2
    {
        var options = new MqttConnectOptions { ClientId = "a", CleanSession = false, Session = new MqttClientSession() };
        var first = await ConnectedAsync(options);
        await wire.SendAsync(new PublishPacket(Message("t", "x", ExactlyOnce), 5));
        await wire.ReceiveAsync<PubRecPacket>();
        first.Abort();
        await Patience.Await(first.Closed, "end");

        var secondWire = new Wire();
        var connecting = MqttClient.ConnectAsync(secondWire.Theirs, secondWire.Abort, options, inbox.ReceiveAsync, time);
        await secondWire.AcceptAsync(sessionPresent);
        await secondWire.SendAsync(
            new PublishPacket(Message("t", "x", ExactlyOnce) with { Duplicate = true }, 5),
            new PublishPacket(Message("end", "", AtMostOnce), 0));
        await secondWire.ReceiveAsync<PubRecPacket>();
        await secondWire.SendAsync(new PubRelPacket(5));
        await secondWire.ReceiveAsync<PubCompPacket>();
        for (var i = 0; i < times; i++)
            await inbox.NextAsync("t");
        await inbox.NextAsync("end");
        (await connecting).Abort();
    }

    [Fact]
    public async Task A_message_is_acknowledged_when_its_handler_is_done_not_before() // MQTT-4.3.2-2
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = await ConnectedAsync(new MqttConnectOptions(), async message =>
        {
            if (message.Topic == "slow")
                await release.Task;
        });
        await wire.SendAsync(
            new PublishPacket(Message("quick", ""), 1), new PublishPacket(Message("slow", ""), 2), new PublishPacket(Message("quick", ""), 3));
        Assert.Equal(1, (await wire.ReceiveAsync<PubAckPacket>()).PacketId);

        // Meanwhile the connection lives: a publication is sent and answered.
        var publishing = client.PublishAsync(Message("t", "x"));
        await wire.SendAsync(new PubAckPacket((await wire.ReceiveAsync<PublishPacket>()).PacketId));
        await Patience.Await(publishing, "acknowledgement");

        release.SetResult();
        Assert.Equal(2, (await wire.ReceiveAsync<PubAckPacket>()).PacketId); // MQTT-4.6.0-2
        Assert.Equal(3, (await wire.ReceiveAsync<PubAckPacket>()).PacketId);
        client.Abort();
    }

    [Fact]
    public async Task A_handler_may_publish_and_await_the_acknowledgement()
    {
        MqttClient? client = null;
        client = await ConnectedAsync(new MqttConnectOptions(), async message => await client!.PublishAsync(Message("answer", message.Text())));
        await wire.SendAsync(new PublishPacket(Message("t", "x"), 1));
        var answer = await wire.ReceiveAsync<PublishPacket>();
        await wire.SendAsync(new PubAckPacket(answer.PacketId));
        Assert.Equal(1, (await wire.ReceiveAsync<PubAckPacket>()).PacketId);
        client.Abort();
    }

    [Fact]
    public async Task A_handler_that_throws_ends_the_connection_and_acknowledges_nothing()
    {
        var mistake = new InvalidOperationException("mistake");
        var client = await ConnectedAsync(new MqttConnectOptions(), _ => throw mistake);
        await wire.SendAsync(new PublishPacket(Message("t", "x"), 1));
        var closure = await Patience.Await(client.Closed, "end");
        Assert.Equal((MqttEnd.HandlerFailed, mistake), (closure.End, closure.Cause));
        await wire.ReceiveEndAsync();
    }

    [Fact]
    public async Task What_waits_for_the_handler_is_bounded_qos_0_dropped_qos_1_a_reason_to_leave()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = await ConnectedAsync(new MqttConnectOptions { Limits = new MqttLimits { ReceivedMessagesMax = 3 } }, async _ =>
        {
            entered.TrySetResult();
            await release.Task;
        });
        await wire.SendAsync(new PublishPacket(Message("t", "in hand", AtMostOnce), 0));
        await Patience.Await(entered.Task, "the handler");
        await wire.SendAsync([.. Enumerable.Repeat(new PublishPacket(Message("t", "x", AtMostOnce), 0), 5)]);
        await wire.SendAsync(new PublishPacket(Message("t", "y"), 1));
        Assert.Equal(MqttEnd.ReceiveQueueFull, (await Patience.Await(client.Closed, "end")).End);
        Assert.Equal(2, client.MessagesDropped);
        release.SetResult();
    }

    // ---- Subscribing

    [Fact]
    public async Task A_subscription_returns_what_was_granted_or_fails()
    {
        var client = await ConnectedAsync();
        var granted = client.SubscribeAsync("t", ExactlyOnce);
        var refused = client.SubscribeAsync("u", ExactlyOnce);
        var first = await wire.ReceiveAsync<SubscribePacket>();
        var second = await wire.ReceiveAsync<SubscribePacket>();
        Assert.NotEqual(first.PacketId, second.PacketId);
        await wire.SendAsync(new SubAckPacket(second.PacketId, [SubAckPacket.Refused]), new SubAckPacket(first.PacketId, [1]));
        Assert.Equal(AtLeastOnce, await Patience.Await(granted, "grant"));
        var failure = await Assert.ThrowsAsync<MqttException>(() => Patience.Await(refused, "refusal"));
        Assert.Equal(MqttFailure.SubscribeRefused, failure.Failure);

        var gone = client.UnsubscribeAsync("t");
        await wire.SendAsync(new UnsubAckPacket((await wire.ReceiveAsync<UnsubscribePacket>()).PacketId));
        await Patience.Await(gone, "answer");
        client.Abort();
    }

    [Fact]
    public async Task An_answer_with_too_many_codes_is_a_fault() // MQTT-3.9.3-1
    {
        var client = await ConnectedAsync();
        var subscribing = client.SubscribeAsync("t", AtMostOnce);
        await wire.SendAsync(new SubAckPacket((await wire.ReceiveAsync<SubscribePacket>()).PacketId, [0, 0]));
        await Assert.ThrowsAsync<MqttException>(() => Patience.Await(subscribing, "failure"));
        Assert.Equal(MqttFault.AnswerMismatch, (await Patience.Await(client.Closed, "end")).Fault);
    }

    // ---- Keepalive and the end

    [Fact]
    public async Task It_pings_before_a_keepalive_has_passed_in_silence() // MQTT-3.1.2-23
    {
        var client = await ConnectedAsync(new MqttConnectOptions { KeepAlive = TimeSpan.FromSeconds(10) });
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(9.999));
            await wire.ReceiveAsync<PingReqPacket>();
            await wire.SendAsync(PingRespPacket.Instance);
            await client.PublishAsync(Message("t", "", AtMostOnce)); // a round trip, so that the answer is in
            await wire.ReceiveAsync<PublishPacket>();
            var subscribing = client.SubscribeAsync("t", AtMostOnce);
            await wire.SendAsync(new SubAckPacket((await wire.ReceiveAsync<SubscribePacket>()).PacketId, [0]));
            await Patience.Await(subscribing, "round trip");
        }

        client.Abort();
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_a_ping_is_given_up()
    {
        var client = await ConnectedAsync(new MqttConnectOptions { KeepAlive = TimeSpan.FromSeconds(10) });
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(MqttEnd.KeepAliveExpired, (await Patience.Await(client.Closed, "end")).End);
        Assert.True(wire.Aborted);
    }

    [Fact]
    public async Task Without_keepalive_it_never_pings()
    {
        var client = await ConnectedAsync(new MqttConnectOptions { KeepAlive = TimeSpan.Zero });
        time.Advance(TimeSpan.FromDays(1));
        await client.PublishAsync(Message("t", "x", AtMostOnce));
        await wire.ReceiveAsync<PublishPacket>();
        client.Abort();
    }

    [Fact]
    public async Task Disposing_says_DISCONNECT_last_and_waits_for_the_broker_to_close() // MQTT-3.14.4-1, -2
    {
        var client = await ConnectedAsync();
        await client.PublishAsync(Message("t", "x", AtMostOnce));
        var disposing = client.DisposeAsync().AsTask();
        await wire.ReceiveAsync<PublishPacket>();
        await wire.ReceiveAsync<DisconnectPacket>();
        Assert.False(disposing.IsCompleted);
        await wire.ReceiveEndAsync();
        await Patience.Await(disposing, "end");
        Assert.Equal(MqttEnd.Closed, (await client.Closed).End);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_does_not_wait_forever()
    {
        var client = await ConnectedAsync(new MqttConnectOptions { Limits = new MqttLimits { CloseTimeout = TimeSpan.FromSeconds(2) } });
        var disposing = client.DisposeAsync().AsTask();
        await wire.ReceiveAsync<DisconnectPacket>();
        time.Advance(TimeSpan.FromSeconds(2));
        await Patience.Await(disposing, "end");
        Assert.True(wire.Aborted);
    }

    [Fact]
    public async Task Aborting_says_nothing()
    {
        var client = await ConnectedAsync();
        client.Abort();
        Assert.Equal(MqttEnd.Aborted, (await Patience.Await(client.Closed, "end")).End);
        await wire.ReceiveEndAsync();
    }

    private Task<MqttClient> Connecting(MqttConnectOptions options, Func<MqttMessage, ValueTask>? handler = null) =>
        MqttClient.ConnectAsync(wire.Theirs, wire.Abort, options, handler ?? inbox.ReceiveAsync, time);

    private async Task<MqttClient> ConnectedAsync(MqttConnectOptions? options = null, Func<MqttMessage, ValueTask>? handler = null)
    {
        var connecting = Connecting(options ?? new MqttConnectOptions(), handler);
        await wire.AcceptAsync();
        return await Patience.Await(connecting, "connection");
    }

    /// <summary>The argument checks of an asynchronous call fail its task at once.</summary>
    private void Sync(MqttConnectOptions options) => Connecting(options).GetAwaiter().GetResult();
}
