using Fog.DeviceProxy.Mqtt.Client;
using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Client;

/// <summary>The client of level 5 against a broker that is the test itself.</summary>
public class MqttClient5Tests
{
    private readonly ManualTime time = new();
    private readonly Wire wire = new() { Version = MqttVersion.V5 };
    private readonly Inbox inbox = new();

    [Fact]
    public async Task It_says_what_it_takes_and_how_long_its_session_lives()
    {
        var connecting = Connecting(new MqttConnectOptions
        {
            Version = MqttVersion.V5, ClientId = "n", CleanSession = false, SessionExpiry = TimeSpan.FromSeconds(90),
            Will = Message("will", "gone"), WillDelay = TimeSpan.FromSeconds(4), Password = new byte[] { 1 },
            Limits = new MqttLimits { ReceivedMessagesMax = 7, PacketBytesMax = 100, TopicAliasesMax = 3 },
        });
        Assert.Equal(
            "CONNECT 'n' clean=False keepalive=60 will='will' AtLeastOnce retain=False dup=False 676F6E65 user=none password=01 v5 delay=00:00:04 "
            + "[ReceiveMaximum=7 MaximumPacketSize=102 TopicAliasMaximum=3 SessionExpiry=90]",
            Packets.Codec.Describe(await wire.AcceptAsync(sessionPresent: true)));
        (await Patience.Await(connecting, "connection")).Abort();
    }

    [Fact]
    public async Task It_learns_its_identifier_and_its_keepalive() // MQTT-3.2.2-16, -21
    {
        var client = await ConnectedAsync(new PacketProperties().Add(PropertyId.AssignedClientIdentifier, "given").Add(PropertyId.ServerKeepAlive, 3));
        Assert.Equal("given", client.ClientId);
        time.Advance(TimeSpan.FromSeconds(2)); // the first third has seen CONNECT and CONNACK
        await wire.ReceiveAsync<PingReqPacket>();
        client.Abort();
    }

    [Fact]
    public async Task It_sends_no_more_at_once_than_the_broker_takes() // MQTT-3.3.4-7
    {
        var client = await ConnectedAsync(new PacketProperties().Add(PropertyId.ReceiveMaximum, 1));
        var first = client.PublishAsync(Message("t", "1"));
        var second = client.PublishAsync(Message("t", "2"));
        var id = (await wire.ReceiveAsync<PublishPacket>()).PacketId;
        await wire.SendAsync(PingRespPacket.Instance);
        await wire.SendAsync(new PubAckPacket(id) { Reason = MqttReasonCode.NoMatchingSubscribers });
        await Patience.Await(first, "acknowledgement");
        await wire.SendAsync(new PubAckPacket((await wire.ReceiveAsync<PublishPacket>()).PacketId));
        await Patience.Await(second, "acknowledgement");
        client.Abort();
    }

    [Theory]
    [InlineData(AtLeastOnce)]
    [InlineData(ExactlyOnce)]
    public async Task A_refused_message_is_an_exception_with_its_reason(QualityOfService qos)
    {
        var client = await ConnectedAsync();
        var publishing = client.PublishAsync(Message("t", "1", qos));
        var id = (await wire.ReceiveAsync<PublishPacket>()).PacketId;
        AcknowledgementPacket answer = qos == AtLeastOnce ? new PubAckPacket(id) : new PubRecPacket(id);
        await wire.SendAsync(answer with { Reason = MqttReasonCode.NotAuthorized });
        await RefusedAsync(publishing, MqttFailure.PublishRefused, MqttReasonCode.NotAuthorized);
        client.Abort();
    }

    [Fact]
    public async Task What_the_broker_cannot_take_is_not_sent() // MQTT-3.2.2-11, -14, -15
    {
        var client = await ConnectedAsync(new PacketProperties()
            .Add(PropertyId.MaximumQos, 1).Add(PropertyId.RetainAvailable, 0).Add(PropertyId.MaximumPacketSize, 20));
        await RefusedAsync(client.PublishAsync(Message("t", "x", ExactlyOnce)), MqttFailure.PublishRefused, MqttReasonCode.QosNotSupported);
        await RefusedAsync(client.PublishAsync(Message("t", "x", retain: true)), MqttFailure.PublishRefused, MqttReasonCode.RetainNotSupported);
        foreach (var qos in new[] { AtMostOnce, AtLeastOnce })
            await RefusedAsync(client.PublishAsync(Message("t", new string('x', 20), qos)), MqttFailure.PublishRefused, MqttReasonCode.PacketTooLarge);
        await client.PublishAsync(Message("t", "fits", AtMostOnce));
        Assert.Equal("fits", (await wire.ReceiveAsync<PublishPacket>()).Message.Text());
        client.Abort();
    }

    [Fact]
    public async Task Aliases_are_used_as_far_as_the_broker_takes_them_and_understood() // MQTT-3.2.2-17, MQTT-3.3.2-10, -11
    {
        var client = await ConnectedAsync(new PacketProperties().Add(PropertyId.TopicAliasMaximum, 1));
        foreach (var topic in new[] { "a", "a", "b" })
            await client.PublishAsync(Message(topic, "x", AtMostOnce));
        foreach (var (topic, alias) in new[] { ("a", 1), ("", 1), ("b", 0) })
        {
            var publish = await wire.ReceiveAsync<PublishPacket>();
            Assert.Equal((topic, alias), (publish.Message.Topic, publish.TopicAlias));
        }

        await wire.SendAsync(new PublishPacket(Message("c", "1", AtMostOnce), 0, TopicAlias: 2), new PublishPacket(Message("", "2", AtMostOnce), 0, TopicAlias: 2));
        Assert.Equal("1", await inbox.NextTextAsync("c"));
        Assert.Equal("2", await inbox.NextTextAsync("c"));
        await wire.SendAsync(new PublishPacket(Message("", "3", AtMostOnce), 0, TopicAlias: 3));
        Assert.Equal(MqttFault.TopicAliasInvalid, (await Patience.Await(client.Closed, "end")).Fault);
    }

    [Fact]
    public async Task A_refused_subscription_says_why()
    {
        var client = await ConnectedAsync();
        var subscribing = client.SubscribeAsync("t", AtLeastOnce);
        var id = (await wire.ReceiveAsync<SubscribePacket>()).PacketId;
        await wire.SendAsync(new SubAckPacket(id, [(byte)MqttReasonCode.NotAuthorized]));
        await RefusedAsync(subscribing, MqttFailure.SubscribeRefused, MqttReasonCode.NotAuthorized);
        client.Abort();
    }

    [Fact]
    public async Task A_refused_connection_says_why()
    {
        var connecting = Connecting(new MqttConnectOptions { Version = MqttVersion.V5 });
        await wire.ReceiveAsync<ConnectPacket>();
        await wire.SendAsync(new ConnAckPacket(false, ConnectReturnCode.ServerUnavailable) { Reason = MqttReasonCode.ConnectionRateExceeded });
        await RefusedAsync(connecting, MqttFailure.ConnectRefused, MqttReasonCode.ConnectionRateExceeded);
    }

    [Fact]
    public async Task The_broker_may_leave_and_say_why() // MQTT-3.14.4-1
    {
        var client = await ConnectedAsync();
        await wire.SendAsync(new DisconnectPacket(MqttReasonCode.SessionTakenOver));
        var closure = await Patience.Await(client.Closed, "end");
        Assert.Equal((MqttEnd.Disconnected, MqttReasonCode.SessionTakenOver), (closure.End, closure.Reason));
    }

    private Task<MqttClient> Connecting(MqttConnectOptions options) =>
        MqttClient.ConnectAsync(wire.Theirs, wire.Abort, options, inbox.ReceiveAsync, time);

    private async Task<MqttClient> ConnectedAsync(PacketProperties? answer = null)
    {
        var connecting = Connecting(new MqttConnectOptions { Version = MqttVersion.V5 });
        await wire.ReceiveAsync<ConnectPacket>();
        await wire.SendAsync(new ConnAckPacket(false, ConnectReturnCode.Accepted) { Properties = answer });
        return await Patience.Await(connecting, "connection");
    }

    private static async Task RefusedAsync(Task task, MqttFailure failure, MqttReasonCode reason)
    {
        var refused = await Assert.ThrowsAsync<MqttException>(() => Patience.Await(task, "refusal"));
        Assert.Equal((failure, reason), (refused.Failure, refused.ReasonCode));
    }
}
