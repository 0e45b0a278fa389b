using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>What is said before it is durable, which is nothing, and what the next process finds.</summary>
public class ExchangeStoreTests
{
    private readonly StoredExchange site = new();

    private ExchangeHarness Broker => site.Now;

    /// <summary>A client with a session that is stored, connected and subscribed.</summary>
    private TestPeer Subscriber(string filter = "t", QualityOfService qos = ExactlyOnce, string clientId = "s")
    {
        var peer = Broker.Open();
        peer.Connect(clientId, clean: false);
        peer.Says(new SubscribePacket(77, [new TopicRequest(filter, qos)]));
        site.Commit();
        Assert.Equal([typeof(ConnAckPacket), typeof(SubAckPacket)], peer.Sent().Select(p => p.GetType()));
        return peer;
    }

    /// <summary>The client comes back to its session.</summary>
    private TestPeer Back(string clientId = "s") => Broker.Connect(clientId, clean: false, expectSession: true);

    [Fact]
    public void A_new_session_is_durable_before_CONNACK_and_a_subscription_before_SUBACK() // MQTT-3.1.2-5, MQTT-3.8.4-1
    {
        var peer = Broker.Open();
        peer.Connect("s", clean: false);
        Assert.True(site.Begin());
        peer.Says(new SubscribePacket(1, [new TopicRequest("t", AtLeastOnce)]), PingReqPacket.Instance);
        Assert.Empty(peer.Sent());
        site.End();
        Assert.Equal([new ConnAckPacket(false, ConnectReturnCode.Accepted)], peer.Sent());
        site.Commit();
        Assert.Equal([typeof(SubAckPacket), typeof(PingRespPacket)], peer.Sent().Select(p => p.GetType()));
    }

    [Fact]
    public void A_session_that_is_durable_is_resumed_without_waiting()
    {
        Subscriber();
        site.Crash();
        var peer = Back();
        peer.Says(new SubscribePacket(1, [new TopicRequest("t", ExactlyOnce)]));
        Assert.IsType<SubAckPacket>(Assert.Single(peer.Sent())); // nothing new is in it
        peer.Says(new SubscribePacket(2, [new TopicRequest("t", AtLeastOnce)]));
        Assert.Empty(peer.Sent());
        site.Commit();
        Assert.Single(peer.Sent());
    }

    [Fact]
    public void Clean_sessions_and_QoS_0_write_nothing()
    {
        var clean = Broker.Connect("c");
        clean.Subscribes("#", ExactlyOnce);
        var other = Broker.Connect5("d", cleanStart: false);
        other.Publishes("t", "1", AtLeastOnce);
        other.Publishes("t", "2", ExactlyOnce);
        other.Says(new PubRelPacket(1));
        Assert.Equal([typeof(PubAckPacket), typeof(PubRecPacket), typeof(PubCompPacket)], other.Sent().Select(p => p.GetType()));
        Assert.Equal(["t=1 q1", "t=2 q2"], clean.Messages());
        clean.Drops();
        Assert.False(site.Begin());

        var stored = Subscriber("#", AtLeastOnce);
        other.Publishes("t", "3");
        Assert.Equal(["t=3 q0"], stored.Messages());
        Assert.False(site.Begin());
    }

    [Fact]
    public void A_message_is_durable_before_PUBACK_and_before_its_receiver_has_it() // MQTT-4.3.2-2
    {
        var receiver = Subscriber();
        var publisher = Broker.Connect("p");
        publisher.Publishes("t", "1", AtLeastOnce);
        Assert.Empty(publisher.Sent());
        Assert.Empty(receiver.Sent());
        site.Commit();
        Assert.Equal([new PubAckPacket(1)], publisher.Sent());
        Assert.Equal(["t=1 q1"], receiver.Messages());
    }

    [Fact]
    public void A_publisher_that_nobody_keeps_a_message_of_waits_for_nobody()
    {
        Subscriber();
        var publisher = Broker.Connect("p");
        var other = Broker.Connect("q");
        publisher.Publishes("t", "1", AtLeastOnce);
        other.Publishes("elsewhere", "1", AtLeastOnce);
        Assert.Empty(publisher.Sent());
        Assert.Single(other.Sent());
    }

    [Fact]
    public void What_was_never_sent_comes_after_a_crash_as_new_in_order() // MQTT-4.6.0-1, MQTT-3.3.1-1
    {
        Subscriber().Drops();
        var publisher = Broker.Connect("p");
        for (var i = 0; i < 3; i++)
            publisher.Publishes("t", $"{i}", AtLeastOnce, id: (ushort)(i + 1));
        site.Commit();
        site.Crash();
        Broker.Connect("p").Publishes("t", "3", AtLeastOnce);
        site.Commit();
        Assert.Equal(["t=0 q1", "t=1 q1", "t=2 q1", "t=3 q1"], Back().MessagesAcknowledged());
        site.Commit();
        site.Crash();
        Assert.Empty(Back().Sent());
        Assert.Equal(["mqtt-session s"], site.Records);
    }

    [Fact]
    public void What_was_sent_comes_again_with_its_identifier_and_DUP() // MQTT-4.4.0-1, MQTT-3.3.1-1
    {
        var receiver = Subscriber();
        var publisher = Broker.Connect("p");
        for (var i = 0; i < 3; i++)
            publisher.Publishes("t", $"{i}", AtLeastOnce, id: (ushort)(i + 1));
        site.Commit();
        var sent = receiver.Sent().OfType<PublishPacket>().ToList();
        receiver.Says(new PubAckPacket(sent[1].PacketId));
        receiver.Drops();
        Broker.Connect("p").Publishes("t", "3", AtLeastOnce); // while it is away
        site.Commit();
        site.Crash();
        var again = Back().Sent().Cast<PublishPacket>().ToList();
        Assert.Equal([("0", true), ("2", true), ("3", false)], again.Select(p => (p.Message.Text(), p.Message.Duplicate)));
        Assert.Equal([sent[0].PacketId, sent[2].PacketId], again.Take(2).Select(p => p.PacketId));
        Assert.Equal(3, again.Select(p => p.PacketId).Distinct().Count());
    }

    [Fact]
    public void Of_a_connection_that_the_crash_ended_no_more_has_DUP_than_may_have_been_sent()
    {
        var small = new StoredExchange(new MqttLimits { InflightMax = 2 });
        var peer = small.Now.Open();
        peer.Connect("s", clean: false);
        peer.Says(new SubscribePacket(1, [new TopicRequest("t", AtLeastOnce)]));
        small.Commit();
        for (var i = 0; i < 4; i++)
            small.Now.Connect("p").Publishes("t", $"{i}", AtLeastOnce);
        small.Commit();
        small.Crash();
        Assert.Equal(["t=0 q1 dup", "t=1 q1 dup"], small.Now.Connect("s", clean: false, expectSession: true).MessagesAcknowledged());
    }

    [Fact]
    public void A_QoS_2_message_that_comes_again_after_PUBREC_is_the_same() // MQTT-4.3.3-2
    {
        var receiver = Subscriber();
        var publisher = Broker.Open();
        publisher.Connect("p", clean: false);
        site.Commit();
        publisher.Publishes("t", "1", ExactlyOnce, id: 9);
        Assert.IsType<ConnAckPacket>(Assert.Single(publisher.Sent()));
        site.Commit();
        Assert.Equal([new PubRecPacket(9)], publisher.Sent());
        Assert.Equal(["t=1 q2"], receiver.Messages());
        site.Crash();
        publisher = Back("p");
        publisher.Publishes("t", "1", ExactlyOnce, id: 9, duplicate: true);
        site.Commit();
        Assert.Equal([new PubRecPacket(9)], publisher.Sent());
        Assert.Equal(["t=1 q2 dup"], Back().Messages());

        // PUBCOMP says that the identifier is free, so that it must not be found in use later.
        publisher.Says(new PubRelPacket(9));
        Assert.Empty(publisher.Sent());
        site.Commit();
        Assert.Equal([new PubCompPacket(9)], publisher.Sent());
        site.Crash();
        publisher = Back("p");
        publisher.Publishes("t", "2", ExactlyOnce, id: 9);
        site.Commit();
        Assert.Equal(["t=1 q2 dup", "t=2 q2"], Back().Messages());
    }

    [Fact]
    public void PUBREL_is_sent_when_it_is_durable_that_the_message_is_not() // MQTT-4.3.3-1
    {
        var receiver = Subscriber();
        Broker.Connect("p").Publishes("t", "1", ExactlyOnce);
        site.Commit();
        var id = Assert.IsType<PublishPacket>(receiver.First()).PacketId;
        receiver.Says(new PubRecPacket(id));
        Assert.True(site.Begin());
        receiver.Says(new PubRecPacket(id)); // once more: it is the same PUBREL that has to wait
        Assert.Empty(receiver.Sent());
        var elsewhere = Broker.Open(); // and on another connection, too
        elsewhere.Connect("s", clean: false);
        Assert.Empty(elsewhere.Sent());
        site.End();
        Assert.Equal([new ConnAckPacket(true, ConnectReturnCode.Accepted), new PubRelPacket(id)], elsewhere.Sent());
        site.Crash();
        receiver = Back();
        Assert.Equal([new PubRelPacket(id)], receiver.Sent());
        receiver.Says(new PubCompPacket(id));
        site.Commit();
        site.Crash();
        Assert.Empty(Back().Sent());
    }

    [Fact]
    public void A_commit_that_fails_acknowledges_nothing_and_comes_again()
    {
        var receiver = Subscriber();
        var publisher = Broker.Connect("p");
        publisher.Publishes("t", "1", AtLeastOnce, id: 1);
        Assert.True(site.Begin());
        publisher.Publishes("t", "2", AtLeastOnce, id: 2);
        site.End(isDurable: false);
        Assert.False(site.Begin()); // not before a second has passed
        Assert.Empty(publisher.Sent());
        Assert.Empty(receiver.Sent());
        Assert.Equal(1, Broker.Exchange.Statistics.FailedCommits);
        Broker.Exchange.Tick(Broker.Now);
        site.Commit();
        Assert.Equal([new PubAckPacket(1), new PubAckPacket(2)], publisher.Sent());
        Assert.Equal(["t=1 q1", "t=2 q1"], receiver.Messages());
    }

    [Fact]
    public void Retained_messages_are_there_after_a_crash_and_those_taken_back_are_not() // MQTT-3.3.1-5, -10
    {
        var publisher = Broker.Connect("p");
        publisher.Publishes("a", "old", AtLeastOnce, retain: true);
        Assert.Empty(publisher.Sent());
        publisher.Publishes("a", "new", AtMostOnce, retain: true);
        publisher.Publishes("b", "b", ExactlyOnce, retain: true);
        publisher.Publishes("c", "c", AtLeastOnce, retain: true);
        site.Commit();
        publisher.Publishes("c", "", AtLeastOnce, retain: true);
        site.Commit();
        site.Crash();
        var reader = Broker.Connect("r");
        reader.Subscribes("#", ExactlyOnce);
        Assert.Equal(["a=new q0 retain", "b=b q2 retain"], reader.Messages().Order());
        Assert.Equal(["mqtt-retained a", "mqtt-retained b"], site.Records);
    }

    [Fact]
    public void What_MQTT_5_says_about_messages_and_subscriptions_is_kept()
    {
        var peer = Broker.Open();
        peer.Connect5("s", properties: new PacketProperties().Add(PropertyId.SessionExpiry, 1000u));
        peer.Says(new SubscribePacket(1, [new TopicRequest("t/+", AtLeastOnce, NoLocal: true, RetainAsPublished: true)])
        {
            Properties = new PacketProperties().Add(PropertyId.SubscriptionIdentifier, 7u),
        });
        peer.Says(new SubscribePacket(2, [new TopicRequest("$share/g/t/2", AtLeastOnce)]));
        site.Commit();
        peer.Drops();
        var message = new MqttMessage("t/1", "x"u8.ToArray(), AtLeastOnce, Retain: true)
        {
            Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(100), ContentType = "text", User = [new("k", "v")] },
        };
        Broker.Connect5("p").Publishes5(message);
        site.Commit();
        site.Crash(TimeSpan.FromSeconds(30));
        Broker.Connect5("p").Publishes5(Message("t/2", "shared", AtLeastOnce));
        site.Commit();
        peer = Broker.Connect5("s", out var answer, cleanStart: false, properties: new PacketProperties().Add(PropertyId.SessionExpiry, 1000u));
        Assert.True(answer.SessionPresent);
        var sent = peer.Sent().Cast<PublishPacket>().ToList();
        Assert.Equal(["t/1", "t/2", "t/2"], sent.Select(p => p.Message.Topic).Order());
        Assert.Equal([7u], sent[0].SubscriptionIds);
        Assert.True(sent[0].Message.Retain);
        Assert.Equal((TimeSpan.FromSeconds(70), "text", "k=v"), (
            sent[0].Message.Properties!.Expiry!.Value, sent[0].Message.Properties!.ContentType,
            string.Concat(sent[0].Message.Properties!.User.Select(u => $"{u.Key}={u.Value}"))));
        peer.Publishes("t/9", "own", AtLeastOnce);
        Assert.IsType<PubAckPacket>(Assert.Single(peer.Sent()));
    }

    [Fact]
    public void What_expires_while_the_broker_is_down_is_not_delivered() // MQTT-3.3.2-5
    {
        var peer = Subscriber();
        peer.Drops();
        var message = Message("t", "x", AtLeastOnce, retain: true) with { Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(10) } };
        Broker.Connect5("p").Publishes5(message);
        site.Commit();
        Assert.Equal(3, site.Records.Count());
        site.Crash(TimeSpan.FromSeconds(11));
        Assert.Empty(Back().Sent());
        site.Commit();
        Assert.Equal(["mqtt-session s"], site.Records);
    }

    [Fact]
    public void A_session_ends_on_the_wall_clock_though_the_broker_is_down()
    {
        Subscriber().Drops();
        site.Commit();
        site.Crash(TimeSpan.FromDays(8));
        Broker.Exchange.Tick(Broker.Now);
        Assert.Equal(0, Broker.Exchange.Statistics.Sessions);
        site.Commit();
        Assert.Empty(site.Records);
    }

    [Fact]
    public void The_time_of_a_session_that_was_connected_begins_with_the_crash()
    {
        Subscriber();
        site.Crash(TimeSpan.FromDays(8));
        site.Commit();
        Broker.Exchange.Tick(Broker.Now);
        site.Crash(TimeSpan.FromDays(6));
        Broker.Exchange.Tick(Broker.Now);
        Assert.Equal(1, Broker.Exchange.Statistics.Sessions);
        site.Crash(TimeSpan.FromDays(2));
        Broker.Exchange.Tick(Broker.Now);
        Assert.Equal(0, Broker.Exchange.Statistics.Sessions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_delayed_will_fires_after_the_restart(bool wasConnected) // MQTT-3.1.3-9, MQTT-3.1.2-8
    {
        Subscriber("will").Drops();
        var peer = Broker.Open();
        peer.Connect5("w", properties: new PacketProperties().Add(PropertyId.SessionExpiry, 1000u), will: Message("will", "gone", AtLeastOnce), willDelay: 60);
        site.Commit();
        if (!wasConnected)
            peer.Drops();
        site.Commit();
        site.Crash(TimeSpan.FromSeconds(20));
        Broker.Now = TimeSpan.FromSeconds(39);
        Broker.Exchange.Tick(Broker.Now);
        site.Commit();
        var reader = Back();
        Assert.Empty(reader.Messages());
        Broker.Now = TimeSpan.FromSeconds(61);
        Broker.Exchange.Tick(Broker.Now);
        site.Commit();
        Assert.Equal(["will=gone q1"], reader.MessagesAcknowledged());
        site.Commit();
        site.Crash();
        Broker.Now = TimeSpan.FromSeconds(100);
        Broker.Exchange.Tick(Broker.Now);
        Assert.Empty(Back().Messages()); // once
    }

    [Fact]
    public void The_will_of_a_client_that_is_back_in_time_does_not_fire()
    {
        Subscriber("will").Drops();
        var expiry = new PacketProperties().Add(PropertyId.SessionExpiry, 1000u);
        Broker.Open().Connect5("w", properties: expiry, will: Message("will", "gone", AtLeastOnce), willDelay: 60);
        site.Commit();
        site.Crash(TimeSpan.FromSeconds(20));
        Broker.Connect5("w", out var answer, cleanStart: false, properties: expiry);
        Assert.True(answer.SessionPresent);
        Broker.Now = TimeSpan.FromSeconds(100);
        Broker.Exchange.Tick(Broker.Now);
        Assert.Empty(Back().Messages());
    }

    [Fact]
    public void A_session_that_ends_leaves_nothing_in_the_store() // MQTT-3.1.2-6
    {
        var peer = Subscriber();
        peer.Publishes("t", "1", ExactlyOnce, id: 3);
        site.Commit();
        Assert.Equal(3, site.Records.Count());
        peer.Drops();
        var clean = Broker.Open();
        clean.Connect("s");
        Assert.Empty(clean.Sent()); // it would be a lie if the old session came back
        site.Commit();
        Assert.Equal([new ConnAckPacket(false, ConnectReturnCode.Accepted)], clean.Sent());
        Assert.Empty(site.Records);

        Subscriber(clientId: "x");
        Broker.Exchange.Expel("x", Broker.Now);
        site.Commit();
        Assert.Empty(site.Records);
    }

    [Fact]
    public void A_session_that_is_to_end_with_its_connection_is_stored_no_more()
    {
        var peer = Broker.Open();
        peer.Connect5("y", properties: new PacketProperties().Add(PropertyId.SessionExpiry, 1000u));
        peer.Says(new SubscribePacket(1, [new TopicRequest("t", AtLeastOnce)]));
        site.Commit();
        peer.Drops();
        Broker.Connect("p").Publishes("t", "1", AtLeastOnce);
        site.Commit();
        peer = Broker.Open();
        peer.Connect5("y", cleanStart: false);
        site.Commit();
        Assert.Empty(site.Records);
        Assert.Equal([typeof(ConnAckPacket), typeof(PublishPacket)], peer.Sent().Select(p => p.GetType()));
        Broker.Connect("p").Publishes("t", "2", AtLeastOnce);
        Assert.False(site.Begin());
        Assert.Equal(["t=2 q1"], peer.Messages());
    }

    [Fact]
    public void Limits_hold_for_what_is_found()
    {
        foreach (var id in (string[])["a", "b", "c"])
            Subscriber(clientId: id).Drops();
        for (var i = 0; i < 4; i++)
        {
            Broker.Connect("p").Publishes("t", $"{i}", AtLeastOnce);
            Broker.Connect("p").Publishes($"r/{i}", "r", AtLeastOnce, retain: true);
        }

        site.Commit();
        var tight = new StoredExchange(new MqttLimits { SessionsMax = 2, QueuedMessagesMax = 3, RetainedMessagesMax = 1 });
        foreach (var record in site.Records.Select(r => r.Split(' ', 2)))
            tight.Put(record[0], record[1], site.Body(record[0], record[1]));
        tight.Crash();
        tight.Commit();
        Assert.Equal((2, 1), (tight.Now.Exchange.Statistics.Sessions, tight.Now.Exchange.Statistics.RetainedMessages));
        Assert.Equal(["t=0 q1", "t=1 q1", "t=2 q1"], tight.Now.Connect("a", clean: false, expectSession: true).Messages());
        Assert.Equal(2 + 2 * 3 + 1, tight.Records.Count());
    }

    [Theory]
    [InlineData("mqtt-session", "s", "02", "version 2")]
    [InlineData("mqtt-session", "s", "0100", "no sense")]
    [InlineData("mqtt-message/s", "0000000000000001", "01000000000000000000003203", "no sense")]
    [InlineData("mqtt-message/s", "zero", "010000000000000000000062020001", "no sense")]
    [InlineData("mqtt-receipt/s", "0001", "0100", "no sense")]
    [InlineData("mqtt-receipt/s", "here", "01", "no sense")]
    [InlineData("mqtt-retained", "t", "010000000000000000", "no sense")]
    [InlineData("mqtt-something", "t", "01", "no such group")]
    public void A_record_that_cannot_be_read_is_named(string group, string name, string body, string why)
    {
        site.Put(group, name, Convert.FromHexString(body));
        var failure = Assert.Throws<UnreadableSessionException>(() => site.Crash());
        Assert.Contains($"'{group}' '{name}'", failure.Message);
        Assert.Contains(why, failure.Message);
    }
}
