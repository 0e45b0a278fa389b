using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>What the broker does for MQTT 5 clients, statement by statement; each test names those it holds (of MQTT 5.0).</summary>
public class Exchange5Tests
{
    private readonly ExchangeHarness harness = new();

    // ---- CONNECT and CONNACK (3.1, 3.2)

    [Fact]
    public void CONNACK_says_what_the_server_takes()
    {
        var limits = new MqttLimits { ReceiveMax = 9, TopicAliasesMax = 4, PacketBytesMax = 1000 };
        new ExchangeHarness(limits).Connect5("a", out var answer);
        Assert.Equal("ReceiveMaximum=9 MaximumPacketSize=1003 TopicAliasMaximum=4", $"{answer.Properties}");
    }

    [Fact]
    public void A_client_without_identifier_is_told_its_own_even_without_clean_start() // MQTT-3.1.3-6, -7, MQTT-3.2.2-16
    {
        var peer = harness.Connect5("", out var answer, cleanStart: false);
        Assert.Equal(peer.Session!.ClientId, answer.Properties!.Text(PropertyId.AssignedClientIdentifier));
    }

    [Fact]
    public void A_keepalive_beyond_the_limit_is_replaced_and_enforced() // MQTT-3.2.2-21, -22, MQTT-3.1.2-22
    {
        var limited = new ExchangeHarness(new MqttLimits { KeepAliveMax = TimeSpan.FromSeconds(60) });
        var peer = limited.Connect5("a", out var answer, keepAlive: 120);
        Assert.Equal(60u, answer.Properties!.Number(PropertyId.ServerKeepAlive));
        limited.Now = TimeSpan.FromSeconds(91);
        limited.Exchange.Tick(limited.Now);
        Assert.Equal([new DisconnectPacket(MqttReasonCode.KeepAliveTimeout)], peer.Sent());
    }

    [Fact]
    public void An_authentication_method_is_refused_by_name() // MQTT-4.12.0-1
    {
        var peer = harness.Open();
        peer.Connect5("a", properties: new PacketProperties().Add(PropertyId.AuthenticationMethod, "x"));
        Assert.Equal(MqttReasonCode.BadAuthenticationMethod, Assert.IsType<ConnAckPacket>(peer.First()).Reason);
        Assert.Equal(MqttEnd.Refused, peer.End); // MQTT-3.2.2-7
    }

    [Fact]
    public void AUTH_without_a_method_is_a_protocol_error() // MQTT-4.12.0-6
    {
        var peer = harness.Connect5("a");
        peer.Says(new AuthPacket(MqttReasonCode.ReAuthenticate));
        AssertToldAndClosed(peer, MqttReasonCode.ProtocolError);
    }

    [Fact]
    public void CONNECTs_beyond_the_rate_are_refused_until_time_passes()
    {
        var limited = new ExchangeHarness(new MqttLimits { ConnectsPerSecondMax = 2 });
        limited.Connect5("a");
        limited.Connect("b");
        var third = limited.Open();
        third.Connect5("c");
        Assert.Equal(MqttReasonCode.ConnectionRateExceeded, Assert.IsType<ConnAckPacket>(third.First()).Reason);
        var fourth = limited.Open();
        fourth.Connect("d");
        Assert.Equal([new ConnAckPacket(false, ConnectReturnCode.ServerUnavailable)], fourth.Sent());
        limited.Now = TimeSpan.FromSeconds(0.5);
        limited.Connect5("c");
    }

    [Fact]
    public void A_takeover_is_told_to_the_first_connection() // MQTT-3.1.4-3
    {
        var first = harness.Connect5("a");
        harness.Connect5("a");
        AssertToldAndClosed(first, MqttReasonCode.SessionTakenOver, MqttEnd.TakenOver);
    }

    [Fact]
    public void A_second_CONNECT_is_a_protocol_error() // MQTT-3.1.0-2
    {
        var peer = harness.Connect5("a");
        peer.Says(new ConnectPacket("a", true, 0) { Version = MqttVersion.V5 });
        AssertToldAndClosed(peer, MqttReasonCode.ProtocolError);
    }

    // ---- Session expiry (3.1.2.11.2)

    [Fact]
    public void Without_expiry_a_session_ends_with_its_connection()
    {
        harness.Connect5("a", cleanStart: false).Drops();
        harness.Connect5("a", out var answer, cleanStart: false);
        Assert.False(answer.SessionPresent); // MQTT-3.2.2-3
    }

    [Fact]
    public void A_session_lives_as_long_as_its_client_asked() // MQTT-3.1.2-23
    {
        harness.Connect5("a", properties: Expiry(10)).Drops();
        Pass(9);
        harness.Connect5("a", out var back, cleanStart: false, properties: Expiry(10)).Drops();
        Assert.True(back.SessionPresent); // MQTT-3.2.2-2
        Pass(10);
        harness.Connect5("a", out var late, cleanStart: false);
        Assert.False(late.SessionPresent);
    }

    [Fact]
    public void Clean_start_ends_the_session_before_it() // MQTT-3.1.2-4
    {
        var peer = harness.Connect5("a", properties: Expiry(10));
        peer.Subscribes("t");
        peer.Drops();
        peer = harness.Connect5("a", out var answer, cleanStart: true, properties: Expiry(10));
        Assert.False(answer.SessionPresent);
        peer.Publishes("t", "x");
        Assert.Empty(peer.Messages());
    }

    [Fact]
    public void More_than_the_servers_limit_is_cut_and_said() // 3.2.2.3.2
    {
        var limited = new ExchangeHarness(new MqttLimits { SessionExpiry = TimeSpan.FromSeconds(100) });
        limited.Connect5("a", out var answer, properties: Expiry(uint.MaxValue));
        Assert.Equal(100u, answer.Properties!.Number(PropertyId.SessionExpiry));
    }

    [Fact]
    public void DISCONNECT_may_change_the_expiry() // 3.14.2.2.2
    {
        harness.Connect5("a", properties: Expiry(10)).Says(new DisconnectPacket { Properties = Expiry(100) });
        Pass(50);
        harness.Connect5("a", out var answer, cleanStart: false, properties: Expiry(10)).Says(new DisconnectPacket { Properties = Expiry(0) });
        Assert.True(answer.SessionPresent);
        Assert.Equal(0, harness.Exchange.Statistics.Sessions);
    }

    [Fact]
    public void DISCONNECT_may_not_give_a_life_to_a_session_that_had_none() // 3.14.2.2.2
    {
        var peer = harness.Connect5("a");
        peer.Says(new DisconnectPacket { Properties = Expiry(100) });
        AssertToldAndClosed(peer, MqttReasonCode.ProtocolError);
        Assert.Equal(0, harness.Exchange.Statistics.Sessions);
    }

    // ---- Wills (3.1.2.5, 3.1.3.2)

    [Fact]
    public void A_will_waits_for_its_delay() // MQTT-3.1.2-8
    {
        var watcher = Watcher("will");
        harness.Connect5("a", properties: Expiry(60), will: Message("will", "gone"), willDelay: 5).Drops();
        Pass(4);
        Assert.Empty(watcher.Messages());
        Pass(1);
        Assert.Equal(["will=gone q1"], watcher.Messages());
    }

    [Fact]
    public void A_client_that_is_back_in_time_has_no_will_published() // MQTT-3.1.3-9
    {
        var watcher = Watcher("will");
        harness.Connect5("a", properties: Expiry(60), will: Message("will", "gone"), willDelay: 5).Drops();
        Pass(3);
        harness.Connect5("a", cleanStart: false, properties: Expiry(60));
        Pass(60);
        Assert.Empty(watcher.Messages());
    }

    [Fact]
    public void A_will_is_published_at_the_latest_when_the_session_ends() // 3.1.3.2.2
    {
        var watcher = Watcher("will");
        harness.Connect5("a", properties: Expiry(2), will: Message("will", "gone"), willDelay: 5).Drops();
        Pass(2);
        Assert.Equal(["will=gone q1"], watcher.MessagesAcknowledged());
        harness.Connect5("b", will: Message("will", "no session"), willDelay: 5).Drops();
        Assert.Equal(["will=no session q1"], watcher.MessagesAcknowledged());
        harness.Connect5("c", properties: Expiry(60), will: Message("will", "clean start"), willDelay: 5).Drops();
        harness.Connect5("c", cleanStart: true);
        Assert.Equal(["will=clean start q1"], watcher.MessagesAcknowledged());
    }

    [Theory]
    [InlineData(MqttReasonCode.Success, false)] // MQTT-3.14.4-3
    [InlineData(MqttReasonCode.DisconnectWithWill, true)]
    [InlineData(MqttReasonCode.ImplementationSpecificError, true)]
    public void A_DISCONNECT_forgets_the_will_only_if_it_is_a_normal_one(MqttReasonCode reason, bool isPublished)
    {
        var watcher = Watcher("will");
        harness.Connect5("a", will: Message("will", "gone")).Says(new DisconnectPacket(reason));
        Assert.Equal(isPublished ? ["will=gone q1"] : [], watcher.Messages());
    }

    [Fact]
    public void A_wills_properties_are_published_with_it() // 3.1.3.2
    {
        var watcher = Watcher("will");
        var properties = new MqttMessageProperties { ContentType = "text", User = [new("a", "b")] };
        harness.Connect5("a", will: Message("will", "gone") with { Properties = properties }).Drops();
        Assert.Equal("text", Assert.Single(watcher.Sent().OfType<PublishPacket>()).Message.Properties!.ContentType);
    }

    // ---- PUBLISH (3.3)

    [Fact]
    public void Properties_reach_the_subscriber_unaltered() // MQTT-3.3.2-4, -15 to -18, -20
    {
        var subscriber = Watcher("t");
        var properties = new MqttMessageProperties
        {
            IsText = true, ContentType = "text", ResponseTopic = "r", CorrelationData = new byte[] { 1 }, User = [new("a", "2"), new("a", "1")],
        };
        harness.Connect5("p").Publishes5(Message("t", "x") with { Properties = properties });
        var got = Assert.Single(subscriber.Sent().OfType<PublishPacket>()).Message.Properties!;
        Assert.Equal((true, "text", "r", "01"), (got.IsText, got.ContentType, got.ResponseTopic, Convert.ToHexString(got.CorrelationData!.Value.Span)));
        Assert.Equal(properties.User, got.User);
    }

    [Fact]
    public void A_3_1_1_subscriber_is_told_no_properties()
    {
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t");
        harness.Connect5("p").Publishes5(Message("t", "x") with { Properties = new MqttMessageProperties { ContentType = "text" } });
        Assert.Equal(["t=x q1"], subscriber.Messages());
    }

    [Fact]
    public void A_message_is_delivered_with_what_is_left_of_its_time_or_not_at_all() // MQTT-3.3.2-5, -6
    {
        harness.Connect5("s", properties: Expiry(100)).Subscribes("t");
        harness.Connect5("s", cleanStart: false, properties: Expiry(100)).Drops();
        var publisher = harness.Connect5("p");
        publisher.Publishes5(Message("t", "short") with { Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(2) } });
        publisher.Publishes5(Message("t", "long") with { Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(10) } }, 2);
        harness.Now += TimeSpan.FromSeconds(3);
        var back = harness.Connect5("s", cleanStart: false, properties: Expiry(100));
        var message = Assert.Single(back.Sent().OfType<PublishPacket>()).Message;
        Assert.Equal(("long", TimeSpan.FromSeconds(7)), (message.Text(), message.Properties!.Expiry));
        Pass(0);
        Assert.Equal(1, harness.Exchange.Statistics.DroppedExpired);
    }

    [Fact]
    public void What_expires_while_it_waits_makes_room()
    {
        harness.Connect5("s", properties: Expiry(100)).Subscribes("t");
        harness.Connect5("s", cleanStart: false, properties: Expiry(100)).Drops();
        harness.Connect5("p").Publishes5(Message("t", "x") with { Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(2) } });
        Assert.NotEqual(0, harness.Exchange.Statistics.QueuedBytes);
        Pass(2);
        Assert.Equal((0, 1), (harness.Exchange.Statistics.QueuedBytes, harness.Exchange.Statistics.DroppedExpired));
    }

    [Fact]
    public void A_retained_message_expires_too() // 3.3.2.3.3
    {
        var publisher = harness.Connect5("p");
        publisher.Publishes5(Message("t", "x", retain: true) with { Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(5) } });
        harness.Now += TimeSpan.FromSeconds(3);
        Assert.Equal(TimeSpan.FromSeconds(2), Assert.Single(Watcher("t", "early").Sent().OfType<PublishPacket>()).Message.Properties!.Expiry);
        harness.Now += TimeSpan.FromSeconds(2);
        Assert.Empty(Watcher("t", "late").Messages());
        Pass(0);
        Assert.Equal(0, harness.Exchange.Statistics.RetainedMessages);
    }

    [Theory]
    [InlineData(AtLeastOnce)]
    [InlineData(ExactlyOnce)]
    public void A_publisher_is_told_that_nobody_listens_or_that_it_may_not(QualityOfService qos) // 3.4.2.1, 3.5.2.1
    {
        var ruled = new ExchangeHarness(access: new Rules());
        var publisher = ruled.Connect5("p");
        foreach (var (topic, id, reason) in new[] { ("t", 5, MqttReasonCode.NoMatchingSubscribers), ("forbidden", 6, MqttReasonCode.NotAuthorized) })
        {
            publisher.Publishes5(Message(topic, "x", qos), (ushort)id);
            Assert.Equal(reason, Assert.IsAssignableFrom<AcknowledgementPacket>(publisher.First()).Reason);
        }
    }

    [Fact]
    public void A_refused_QoS_2_message_is_over_with_its_PUBREC() // 4.3.3
    {
        var ruled = new ExchangeHarness(access: new Rules());
        var publisher = ruled.Connect5("p");
        publisher.Publishes5(Message("forbidden", "x", ExactlyOnce), 5);
        publisher.Publishes5(Message("t", "the same identifier, another message", ExactlyOnce), 5);
        Assert.Equal(2, ruled.Exchange.Statistics.MessagesReceived);
    }

    [Fact]
    public void A_subscription_identifier_from_a_client_is_a_protocol_error() // MQTT-3.3.4-6
    {
        var peer = harness.Connect5("a");
        peer.Says(new PublishPacket(Message("t", "x", AtMostOnce), 0) { SubscriptionIds = [1] });
        AssertToldAndClosed(peer, MqttReasonCode.ProtocolError);
    }

    // ---- Topic aliases (3.3.2.3.4)

    [Fact]
    public void An_alias_stands_for_the_topic_that_it_came_with_last() // MQTT-3.3.2-12
    {
        var watcher = Watcher("#");
        var publisher = harness.Connect5("p");
        publisher.Publishes5(Message("a", "1", AtMostOnce), alias: 3);
        publisher.Publishes5(Message("", "2", AtMostOnce), alias: 3);
        publisher.Publishes5(Message("b", "3", AtMostOnce), alias: 3);
        publisher.Publishes5(Message("", "4", AtMostOnce), alias: 3);
        Assert.Equal(["a=1 q0", "a=2 q0", "b=3 q0", "b=4 q0"], watcher.Messages());
    }

    [Theory]
    [InlineData("", 1)] // stands for nothing
    [InlineData("a", 17)] // MQTT-3.3.2-9
    public void An_alias_that_may_not_be_used_is_told(string topic, int alias) // MQTT-3.3.2-7
    {
        var peer = harness.Connect5("a");
        peer.Publishes5(Message(topic, "x", AtMostOnce), alias: (ushort)alias);
        AssertToldAndClosed(peer, MqttReasonCode.TopicAliasInvalid);
    }

    [Fact]
    public void The_server_uses_as_many_aliases_as_the_client_takes() // MQTT-3.1.2-26, -27
    {
        var subscriber = harness.Connect5("s", properties: new PacketProperties().Add(PropertyId.TopicAliasMaximum, 1));
        subscriber.Subscribes("#", AtMostOnce);
        var publisher = harness.Connect5("p");
        foreach (var topic in new[] { "a", "a", "b", "a" })
            publisher.Publishes(topic, "x");
        Assert.Equal(
            [("a", 1), ("", 1), ("b", 0), ("", 1)],
            subscriber.Sent().Cast<PublishPacket>().Select(p => (p.Message.Topic, (int)p.TopicAlias)));
    }

    // ---- Flow control (4.9) and packet size

    [Fact]
    public void No_more_messages_are_in_flight_than_the_client_takes() // MQTT-3.3.4-9
    {
        var subscriber = harness.Connect5("s", properties: new PacketProperties().Add(PropertyId.ReceiveMaximum, 2));
        subscriber.Subscribes("t", ExactlyOnce);
        var publisher = harness.Connect("p");
        for (ushort i = 1; i <= 4; i++)
            publisher.Publishes("t", $"{i}", i == 1 ? ExactlyOnce : AtLeastOnce, id: i);
        publisher.Publishes("t", "0");
        var sent = subscriber.Sent().Cast<PublishPacket>().ToList();
        Assert.Equal(["1", "2"], sent.Select(p => p.Message.Text()));

        subscriber.Says(new PubRecPacket(sent[0].PacketId)); // not the end yet
        Assert.Equal([new PubRelPacket(sent[0].PacketId)], subscriber.Sent());
        subscriber.Says(new PubCompPacket(sent[0].PacketId));
        Assert.Equal(["t=3 q1"], subscriber.Messages());
    }

    [Fact]
    public void A_resumed_session_repeats_no_more_at_once_than_the_client_takes_now() // MQTT-4.4.0-1, MQTT-3.3.4-9
    {
        var subscriber = harness.Connect5("s", properties: Expiry(100));
        subscriber.Subscribes("t");
        var publisher = harness.Connect("p");
        for (ushort i = 1; i <= 3; i++)
            publisher.Publishes("t", $"{i}", AtLeastOnce, id: i);
        Assert.Equal(3, subscriber.Messages().Count);
        subscriber = harness.Connect5("s", cleanStart: false, properties: Expiry(100).Add(PropertyId.ReceiveMaximum, 1));
        Assert.Equal(["t=1 q1 dup"], subscriber.MessagesAcknowledged());
        Assert.Equal(["t=2 q1 dup"], subscriber.MessagesAcknowledged());
        Assert.Equal(["t=3 q1 dup"], subscriber.MessagesAcknowledged());
    }

    [Fact]
    public void More_unreleased_messages_than_the_server_takes_end_the_connection() // MQTT-3.3.4-7, 4.9
    {
        var limited = new ExchangeHarness(new MqttLimits { ReceiveMax = 2 });
        var peer = limited.Connect5("a");
        for (ushort i = 1; i <= 3; i++)
            peer.Publishes5(Message("t", "x", ExactlyOnce), i);
        Assert.Equal(new DisconnectPacket(MqttReasonCode.ReceiveMaximumExceeded), peer.Sent()[^1]);
        Assert.Equal(2, limited.Exchange.Statistics.MessagesReceived);
    }

    [Fact]
    public void A_message_too_large_for_a_client_is_left_out_and_the_next_comes() // MQTT-3.1.2-24, -25
    {
        var subscriber = harness.Connect5("s", properties: new PacketProperties().Add(PropertyId.MaximumPacketSize, 30).Add(PropertyId.ReceiveMaximum, 1));
        subscriber.Subscribes("t");
        var publisher = harness.Connect("p");
        publisher.Publishes("t", new string('x', 30), AtLeastOnce);
        publisher.Publishes("t", "fits", AtLeastOnce, id: 2);
        Assert.Equal(["t=fits q1"], subscriber.Messages());
        Assert.Equal(1, harness.Exchange.Statistics.DroppedTooLarge);
    }

    [Fact]
    public void A_PUBREC_that_refuses_is_the_end_of_a_message() // MQTT-4.4.0-2
    {
        var subscriber = harness.Connect5("s", properties: Expiry(100).Add(PropertyId.ReceiveMaximum, 1));
        subscriber.Subscribes("t", ExactlyOnce);
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "1", ExactlyOnce);
        publisher.Publishes("t", "2", ExactlyOnce, id: 2);
        var first = Assert.IsType<PublishPacket>(subscriber.First());
        subscriber.Says(new PubRecPacket(first.PacketId) { Reason = MqttReasonCode.QuotaExceeded });
        Assert.Equal(["t=2 q2"], subscriber.Messages());
    }

    [Fact]
    public void An_unknown_identifier_is_called_so() // 3.6.2.1, 3.7.2.1
    {
        var peer = harness.Connect5("a");
        peer.Says(new PubRelPacket(7), new PubRecPacket(8));
        Assert.Equal(
            [
                new PubCompPacket(7) { Reason = MqttReasonCode.PacketIdentifierNotFound },
                new PubRelPacket(8) { Reason = MqttReasonCode.PacketIdentifierNotFound },
            ],
            peer.Sent());
    }

    // ---- SUBSCRIBE and UNSUBSCRIBE (3.8 to 3.11)

    [Fact]
    public void No_local_keeps_ones_own_messages_away() // MQTT-3.8.3-3
    {
        var one = harness.Connect5("one");
        var other = harness.Connect5("other");
        one.Subscribes5(new TopicRequest("t", AtMostOnce, NoLocal: true));
        other.Subscribes5(new TopicRequest("t", AtMostOnce, NoLocal: true));
        one.Publishes("t", "x");
        Assert.Empty(one.Messages());
        Assert.Equal(["t=x q0"], other.Messages());
    }

    [Theory]
    [InlineData(true, "t=x q0 retain")] // MQTT-3.3.1-13
    [InlineData(false, "t=x q0")] // MQTT-3.3.1-12
    public void The_RETAIN_flag_comes_as_published_if_asked_for(bool asPublished, string expected)
    {
        var subscriber = harness.Connect5("s");
        subscriber.Subscribes5(new TopicRequest("t", AtMostOnce, RetainAsPublished: asPublished));
        harness.Connect("p").Publishes("t", "x", retain: true);
        Assert.Equal([expected], subscriber.Messages());
    }

    [Theory]
    [InlineData(RetainHandling.Always, 1, 1)] // MQTT-3.3.1-9
    [InlineData(RetainHandling.IfNew, 1, 0)] // MQTT-3.3.1-10
    [InlineData(RetainHandling.Never, 0, 0)] // MQTT-3.3.1-11
    public void Retained_messages_are_sent_as_asked(object handling, int first, int again)
    {
        harness.Connect("p").Publishes("t", "x", retain: true);
        var subscriber = harness.Connect5("s");
        var request = new TopicRequest("t", AtMostOnce, RetainHandling: (RetainHandling)handling);
        subscriber.Subscribes5(request);
        Assert.Equal(first, subscriber.Messages().Count);
        subscriber.Subscribes5(request);
        Assert.Equal(again, subscriber.Messages().Count);
    }

    [Fact]
    public void One_copy_carries_the_identifiers_of_all_subscriptions_that_matched() // MQTT-3.3.4-3, -4, -5
    {
        var subscriber = harness.Connect5("s");
        subscriber.Subscribes5(new TopicRequest("a/+", AtMostOnce), identifier: 2);
        subscriber.Subscribes5(new TopicRequest("a/#", AtLeastOnce), identifier: 300_000);
        subscriber.Subscribes5(new TopicRequest("#", AtMostOnce));
        harness.Connect("p").Publishes("a/b", "x", AtLeastOnce);
        var publish = Assert.Single(subscriber.Sent().Cast<PublishPacket>());
        Assert.Equal([2u, 300_000u], publish.SubscriptionIds.Order());
        Assert.Equal(AtLeastOnce, publish.Message.Qos);
    }

    [Fact]
    public void A_repeated_subscription_replaces_the_identifier() // MQTT-3.8.4-3
    {
        var subscriber = harness.Connect5("s");
        subscriber.Subscribes5(new TopicRequest("t", AtMostOnce), identifier: 1);
        subscriber.Subscribes5(new TopicRequest("t", AtMostOnce), identifier: 2);
        harness.Connect("p").Publishes("t", "x");
        Assert.Equal([2u], Assert.Single(subscriber.Sent().Cast<PublishPacket>()).SubscriptionIds);
    }

    [Fact]
    public void SUBACK_says_why_a_subscription_is_refused()
    {
        var ruled = new ExchangeHarness(new MqttLimits { SubscriptionsPerSessionMax = 1, TopicLevelsMax = 3 }, new Rules());
        var peer = ruled.Connect5("a");
        Assert.Equal((byte)MqttReasonCode.UnspecifiedError, peer.Subscribes("forbidden"));
        Assert.Equal((byte)MqttReasonCode.TopicFilterInvalid, peer.Subscribes("a/b/c/d"));
        Assert.Equal((byte)MqttReasonCode.GrantedQos2, peer.Subscribes("a", ExactlyOnce));
        Assert.Equal((byte)MqttReasonCode.QuotaExceeded, peer.Subscribes("b"));
    }

    [Fact]
    public void UNSUBACK_says_for_each_filter_whether_there_was_one() // MQTT-3.11.3-1
    {
        var peer = harness.Connect5("a");
        peer.Subscribes("t");
        peer.Says(new UnsubscribePacket(9, ["x", "t"]));
        Assert.Equal([(byte)MqttReasonCode.NoSubscriptionExisted, (byte)0], Assert.IsType<UnsubAckPacket>(peer.First()).Reasons);
    }

    // ---- Shared subscriptions (4.8.2)

    [Fact]
    public void Of_a_group_each_message_goes_to_one_in_turn() // MQTT-4.8.2-4
    {
        var members = Enumerable.Range(0, 3).Select(i => harness.Connect5($"m{i}")).ToList();
        members.ForEach(m => m.Subscribes("$share/g/t/+", AtMostOnce));
        var other = harness.Connect5("other group");
        other.Subscribes("$share/h/t/+", AtMostOnce);
        var publisher = harness.Connect("p");
        for (var i = 0; i < 9; i++)
            publisher.Publishes("t/x", $"{i}");
        Assert.All(members, m => Assert.Equal(3, m.Messages().Count));
        Assert.Equal(9, other.Messages().Count);
    }

    [Fact]
    public void A_member_that_is_away_is_passed_over()
    {
        var one = harness.Connect5("one", properties: Expiry(100));
        var two = harness.Connect5("two", properties: Expiry(100));
        one.Subscribes("$share/g/t");
        two.Subscribes("$share/g/t");
        two.Drops();
        var publisher = harness.Connect("p");
        for (ushort i = 1; i <= 4; i++)
            publisher.Publishes("t", $"{i}", AtLeastOnce, id: i);
        Assert.Equal(4, one.MessagesAcknowledged().Count);
        one.Drops();
        publisher.Publishes("t", "for whoever is back first, or not", AtLeastOnce, id: 9);
        Assert.NotEqual(0, harness.Exchange.Statistics.QueuedBytes);
    }

    [Fact]
    public void A_shared_subscription_gets_nothing_that_is_retained_and_keeps_to_its_own_QoS() // 3.8.4, MQTT-4.8.2-3
    {
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "kept", AtLeastOnce, retain: true);
        var member = harness.Connect5("m");
        member.Subscribes("$share/g/t", AtMostOnce);
        publisher.Publishes("t", "live", ExactlyOnce, id: 2);
        Assert.Equal(["t=live q0"], member.Messages());
    }

    [Fact]
    public void Nothing_is_left_of_a_group_that_all_have_left()
    {
        var one = harness.Connect5("one");
        var two = harness.Connect5("two");
        one.Subscribes("$share/g/t");
        two.Subscribes("$share/g/t");
        one.Says(new UnsubscribePacket(1, ["$share/g/t"]));
        two.Drops();
        var publisher = harness.Connect5("p");
        publisher.Publishes("t", "x", AtLeastOnce);
        Assert.Equal(new PubAckPacket(1) { Reason = MqttReasonCode.NoMatchingSubscribers }, publisher.First());
        Assert.Empty(one.Messages());
    }

    [Fact]
    public void The_access_rules_are_asked_about_the_topics_not_about_the_group()
    {
        var ruled = new ExchangeHarness(access: new Rules());
        Assert.Equal((byte)MqttReasonCode.UnspecifiedError, ruled.Connect5("a").Subscribes("$share/g/forbidden"));
        Assert.Equal(SubAckPacket.Refused, ruled.Connect("b").Subscribes("$share/g/forbidden"));
    }

    private static PacketProperties Expiry(uint seconds) => new PacketProperties().Add(PropertyId.SessionExpiry, seconds);

    private static void AssertToldAndClosed(TestPeer peer, MqttReasonCode reason, MqttEnd end = MqttEnd.PeerFault)
    {
        Assert.Equal(end, peer.End);
        Assert.Equal([new DisconnectPacket(reason)], peer.Sent()); // MQTT-4.13.1-1, MQTT-4.13.2-1
    }

    private TestPeer Watcher(string filter, string clientId = "watcher")
    {
        var peer = harness.Connect5(clientId);
        peer.Subscribes(filter, ExactlyOnce);
        return peer;
    }

    private void Pass(int seconds)
    {
        harness.Now += TimeSpan.FromSeconds(seconds);
        harness.Exchange.Tick(harness.Now);
    }

    private sealed class Rules : IMqttAccess
    {
        public ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials) => new(MqttAdmission.Accept(credentials.ClientId));

        public bool MayPublish(string identity, string topic) => topic != "forbidden";

        public bool MaySubscribe(string identity, string filter) => filter != "forbidden";
    }
}
