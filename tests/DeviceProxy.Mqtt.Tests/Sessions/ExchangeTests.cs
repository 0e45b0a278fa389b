using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Tests.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>What the broker does, statement by statement; each test names those it holds.</summary>
public class ExchangeTests
{
    // ---- CONNECT (3.1)

    [Fact]
    public void A_second_CONNECT_ends_the_connection() // MQTT-3.1.0-2
    {
        var peer = new ExchangeHarness().Connect("a");
        peer.Says(new ConnectPacket("a", true, 0));
        Assert.Equal(new MqttClosure(MqttEnd.PeerFault, MqttFault.ConnectRepeated), peer.Closing);
    }

    [Fact]
    public void A_client_without_identifier_gets_one_that_nobody_has() // MQTT-3.1.3-6
    {
        var harness = new ExchangeHarness();
        harness.Connect("assigned-1");
        var peer = harness.Connect("");
        var other = harness.Connect("");
        Assert.Equal(3, new[] { "assigned-1", peer.Session!.ClientId, other.Session!.ClientId }.Distinct().Count());
    }

    [Fact]
    public void A_client_without_identifier_may_not_have_a_persistent_session() // MQTT-3.1.3-8
    {
        var peer = new ExchangeHarness().Open();
        peer.Connect("", clean: false);
        Assert.Equal([new ConnAckPacket(false, ConnectReturnCode.IdentifierRejected)], peer.Sent());
        Assert.Equal(MqttEnd.Refused, peer.End);
    }

    [Fact]
    public void A_client_identifier_beyond_the_limit_is_rejected() // MQTT-3.1.3-9
    {
        var peer = new ExchangeHarness(new MqttLimits { ClientIdBytesMax = 23 }).Open();
        peer.Connect(new string('x', 24));
        Assert.Equal([new ConnAckPacket(false, ConnectReturnCode.IdentifierRejected)], peer.Sent()); // MQTT-3.2.2-4
        Assert.Equal(MqttEnd.Refused, peer.End); // MQTT-3.2.2-5
    }

    [Fact]
    public void Another_connection_takes_the_client_identifier_over() // MQTT-3.1.4-2
    {
        var harness = new ExchangeHarness();
        var first = harness.Connect("a");
        var second = harness.Connect("a");
        Assert.Equal(MqttEnd.TakenOver, first.End);
        Assert.Null(second.End);
        first.Publishes("t", "too late");
        Assert.Equal(0, harness.Exchange.Statistics.MessagesReceived);
        Assert.Equal((1, 1), (harness.Exchange.Statistics.Connections, harness.Exchange.Statistics.Sessions));
    }

    [Fact]
    public void A_taken_over_session_goes_on_where_it_was()
    {
        var harness = new ExchangeHarness();
        var first = harness.Connect("a", clean: false);
        first.Subscribes("t");
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "1", AtLeastOnce);
        Assert.Equal(["t=1 q1"], first.Messages());

        var second = harness.Connect("a", clean: false, expectSession: true);
        Assert.Empty(first.Sent());
        Assert.Equal(["t=1 q1 dup"], second.MessagesAcknowledged());
    }

    [Fact]
    public void A_persistent_session_survives_its_connection() // MQTT-3.1.2-4, -5, MQTT-3.2.2-2
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        var subscriber = harness.Connect("s", clean: false);
        subscriber.Subscribes("t/#", ExactlyOnce);
        subscriber.Drops();

        publisher.Publishes("t/0", "zero", AtMostOnce);
        publisher.Publishes("t/1", "one", AtLeastOnce);
        publisher.Publishes("t/2", "two", ExactlyOnce, id: 2);

        var again = harness.Connect("s", clean: false, expectSession: true);
        Assert.Equal(["t/1=one q1", "t/2=two q2"], again.Messages());
    }

    [Fact]
    public void Messages_of_a_session_that_fit_one_by_one_arrive_in_order_after_it_resumes() // MQTT-4.6.0-6
    {
        var harness = new ExchangeHarness(new MqttLimits { InflightMax = 3 });
        var publisher = harness.Connect("p");
        var subscriber = harness.Connect("s", clean: false);
        subscriber.Subscribes("t");
        subscriber.Drops();
        for (var i = 0; i < 10; i++)
            publisher.Publishes("t", $"{i}", AtLeastOnce);

        var again = harness.Connect("s", clean: false, expectSession: true);
        var messages = new List<string>();
        for (var got = again.MessagesAcknowledged(); got.Count > 0; got = again.MessagesAcknowledged())
        {
            Assert.InRange(got.Count, 1, 3);
            messages.AddRange(got);
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"t={i} q1"), messages);
    }

    [Fact]
    public void A_clean_session_begins_empty_and_ends_with_its_connection() // MQTT-3.1.2-6, MQTT-3.2.2-1
    {
        var harness = new ExchangeHarness();
        var persistent = harness.Connect("s", clean: false);
        persistent.Subscribes("t");
        persistent.Drops();

        var clean = harness.Connect("s", clean: true, expectSession: false);
        harness.Connect("p").Publishes("t", "x", AtLeastOnce);
        Assert.Empty(clean.Messages());
        clean.Subscribes("t");
        clean.Drops();

        harness.Connect("s", clean: false, expectSession: false);
        Assert.Equal(2, harness.Exchange.Statistics.Sessions);
    }

    [Fact]
    public void A_persistent_session_ends_when_it_has_been_away_too_long()
    {
        var harness = new ExchangeHarness(new MqttLimits { SessionExpiry = TimeSpan.FromHours(1) });
        harness.Connect("away", clean: false).Drops();
        harness.Connect("here", clean: false);
        harness.Now += TimeSpan.FromMinutes(59);
        harness.Exchange.Tick(harness.Now);
        Assert.Equal(2, harness.Exchange.Statistics.Sessions);
        harness.Now += TimeSpan.FromMinutes(1);
        harness.Exchange.Tick(harness.Now);
        Assert.Equal(1, harness.Exchange.Statistics.Sessions);
        harness.Connect("here", clean: false, expectSession: true);
    }

    // ---- Wills (3.1.2.5)

    [Theory]
    [InlineData(MqttEnd.EndOfStream)]
    [InlineData(MqttEnd.TransportFailed)]
    [InlineData(MqttEnd.PeerFault)]
    [InlineData(MqttEnd.KeepAliveExpired)]
    [InlineData(MqttEnd.TakenOver)]
    [InlineData(MqttEnd.BrokerStopped)]
    public void The_will_is_published_when_a_connection_ends_without_DISCONNECT(MqttEnd end) // MQTT-3.1.2-8
    {
        var harness = new ExchangeHarness();
        var watcher = harness.Connect("w");
        watcher.Subscribes("will");
        harness.Connect("a", will: Message("will", "gone")).Drops(end);
        Assert.Equal(["will=gone q1"], watcher.Messages());
    }

    [Fact]
    public void DISCONNECT_discards_the_will() // MQTT-3.14.4-3, MQTT-3.1.2-10
    {
        var harness = new ExchangeHarness();
        var watcher = harness.Connect("w");
        watcher.Subscribes("will");
        var peer = harness.Connect("a", will: Message("will", "gone"));
        peer.Says(DisconnectPacket.Instance);
        peer.Drops();
        Assert.Equal(MqttEnd.Disconnected, peer.End);
        Assert.Empty(watcher.Messages());
    }

    [Fact]
    public void A_will_may_be_retained() // MQTT-3.1.2-17
    {
        var harness = new ExchangeHarness();
        harness.Connect("a", will: Message("will", "gone", retain: true)).Drops();
        var late = harness.Connect("w");
        late.Subscribes("will");
        Assert.Equal(["will=gone q1 retain"], late.Messages());
    }

    [Fact]
    public void A_will_that_is_not_retained_is_not() // MQTT-3.1.2-16
    {
        var harness = new ExchangeHarness();
        harness.Connect("a", will: Message("will", "gone")).Drops();
        var late = harness.Connect("w");
        late.Subscribes("will");
        Assert.Empty(late.Messages());
    }

    [Fact]
    public void A_will_is_published_once()
    {
        var harness = new ExchangeHarness();
        var watcher = harness.Connect("w");
        watcher.Subscribes("will");
        var peer = harness.Connect("a", clean: false, will: Message("will", "gone"));
        peer.Drops();
        peer.Drops();
        harness.Connect("a", clean: false, expectSession: true).Drops(); // this one has none
        Assert.Equal(["will=gone q1"], watcher.Messages());
    }

    [Fact]
    public void A_client_may_receive_its_own_will_in_its_next_connection()
    {
        var harness = new ExchangeHarness();
        var peer = harness.Connect("a", clean: false, will: Message("will", "gone"));
        peer.Subscribes("will");
        peer.Drops();
        Assert.Equal(["will=gone q1"], harness.Connect("a", clean: false, expectSession: true).Messages());
    }

    // ---- PUBLISH and its answers (3.3, 4.3)

    [Theory]
    [InlineData(AtMostOnce, AtMostOnce, 0)]
    [InlineData(AtMostOnce, ExactlyOnce, 0)]
    [InlineData(AtLeastOnce, AtMostOnce, 0)]
    [InlineData(AtLeastOnce, AtLeastOnce, 1)]
    [InlineData(AtLeastOnce, ExactlyOnce, 1)]
    [InlineData(ExactlyOnce, AtMostOnce, 0)]
    [InlineData(ExactlyOnce, AtLeastOnce, 1)]
    [InlineData(ExactlyOnce, ExactlyOnce, 2)]
    public void A_message_is_delivered_with_the_lower_of_both_qos(QualityOfService published, QualityOfService subscribed, int delivered) // MQTT-3.8.4-6
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s");
        Assert.Equal((byte)subscribed, subscriber.Subscribes("t", subscribed));
        harness.Connect("p").Publishes("t", "x", published);
        Assert.Equal([$"t=x q{delivered}"], subscriber.Messages());
    }

    [Fact]
    public void Each_qos_is_answered_as_it_must_be() // MQTT-3.3.4-1
    {
        var peer = new ExchangeHarness().Connect("p");
        peer.Publishes("t", "x", AtMostOnce);
        Assert.Empty(peer.Sent());
        peer.Publishes("t", "x", AtLeastOnce, id: 5);
        Assert.Equal([new PubAckPacket(5)], peer.Sent());
        peer.Publishes("t", "x", ExactlyOnce, id: 6);
        Assert.Equal([new PubRecPacket(6)], peer.Sent());
        peer.Says(new PubRelPacket(6));
        Assert.Equal([new PubCompPacket(6)], peer.Sent());
    }

    [Fact]
    public void Answers_come_in_the_order_of_the_messages() // MQTT-4.6.0-2, -3
    {
        var peer = new ExchangeHarness().Connect("p");
        for (ushort id = 10; id > 0; id--)
            peer.Publishes("t", "x", id % 2 == 0 ? AtLeastOnce : ExactlyOnce, id: id);
        Assert.Equal(
            Enumerable.Range(1, 10).Reverse().Select(id => id % 2 == 0 ? (MqttPacket)new PubAckPacket((ushort)id) : new PubRecPacket((ushort)id)),
            peer.Sent());
    }

    [Fact]
    public void A_qos_2_message_repeated_before_its_PUBREL_is_passed_on_once() // MQTT-4.3.3-2
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t");
        var publisher = harness.Connect("p", clean: false);
        publisher.Publishes("t", "x", ExactlyOnce, id: 9);
        publisher.Drops();
        publisher = harness.Connect("p", clean: false, expectSession: true);
        publisher.Publishes("t", "x", ExactlyOnce, id: 9, duplicate: true);
        Assert.Equal([new PubRecPacket(9)], publisher.Sent());
        Assert.Equal(["t=x q1"], subscriber.Messages());

        publisher.Says(new PubRelPacket(9));
        publisher.Publishes("t", "new", ExactlyOnce, id: 9);
        Assert.Equal(["t=new q1"], subscriber.Messages());
    }

    [Fact]
    public void A_qos_2_delivery_is_released_and_completed_and_never_published_again() // MQTT-4.3.3-1
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s", clean: false);
        subscriber.Subscribes("t", ExactlyOnce);
        harness.Connect("p").Publishes("t", "x", ExactlyOnce);
        var id = Assert.IsType<PublishPacket>(Assert.Single(subscriber.Sent())).PacketId;
        subscriber.Says(new PubRecPacket(id));
        Assert.Equal([new PubRelPacket(id)], subscriber.Sent());
        subscriber.Drops();

        var again = harness.Connect("s", clean: false, expectSession: true);
        Assert.Equal([new PubRelPacket(id)], again.Sent());
        again.Says(new PubCompPacket(id));
        again.Drops();
        Assert.Empty(harness.Connect("s", clean: false, expectSession: true).Sent());
    }

    [Fact]
    public void A_PUBREC_for_nothing_known_is_answered_so_that_the_client_can_forget()
    {
        var peer = new ExchangeHarness().Connect("a");
        peer.Says(new PubRecPacket(3));
        Assert.Equal([new PubRelPacket(3)], peer.Sent());
    }

    [Fact]
    public void DUP_is_not_passed_on() // MQTT-3.3.1-3
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t");
        harness.Connect("p").Publishes("t", "x", AtLeastOnce, duplicate: true);
        Assert.Equal(["t=x q1"], subscriber.Messages());
    }

    [Fact]
    public void A_client_with_overlapping_subscriptions_gets_one_copy_with_the_best_qos() // MQTT-3.3.5-1
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("#", AtMostOnce);
        subscriber.Subscribes("t/+", ExactlyOnce);
        subscriber.Subscribes("t/a", AtLeastOnce);
        harness.Connect("p").Publishes("t/a", "x", ExactlyOnce);
        Assert.Equal(["t/a=x q2"], subscriber.Messages());
    }

    [Fact]
    public void A_publisher_gets_its_own_message_if_it_subscribed()
    {
        var peer = new ExchangeHarness().Connect("a");
        peer.Subscribes("t", AtMostOnce);
        peer.Publishes("t", "x");
        Assert.Equal(["t=x q0"], peer.Messages());
    }

    [Fact]
    public void Packets_that_only_a_server_sends_end_the_connection()
    {
        foreach (MqttPacket packet in (MqttPacket[])[new ConnAckPacket(false, 0), new SubAckPacket(1, [0]), new UnsubAckPacket(1), PingRespPacket.Instance])
        {
            var peer = new ExchangeHarness().Connect("a");
            peer.Says(packet);
            Assert.Equal(new MqttClosure(MqttEnd.PeerFault, MqttFault.WrongDirection), peer.Closing);
        }
    }

    // ---- Retained messages (3.3.1.3)

    [Fact]
    public void The_last_retained_message_greets_a_new_subscriber() // MQTT-3.3.1-5, -6, -8
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        publisher.Publishes("t/a", "old", AtLeastOnce, retain: true);
        publisher.Publishes("t/a", "new", AtLeastOnce, retain: true);
        publisher.Publishes("t/b", "b", AtMostOnce, retain: true);
        publisher.Publishes("u", "u", AtLeastOnce, retain: true);
        var late = harness.Connect("s");
        late.Subscribes("t/+");
        Assert.Equal(["t/a=new q1 retain", "t/b=b q0 retain"], late.Messages().Order());
    }

    [Fact]
    public void A_live_message_does_not_look_retained() // MQTT-3.3.1-9
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t");
        harness.Connect("p").Publishes("t", "x", retain: true);
        Assert.Equal(["t=x q0"], subscriber.Messages());
    }

    [Fact]
    public void An_empty_retained_message_forgets_and_is_passed_on_itself() // MQTT-3.3.1-10, -11
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "x", retain: true);
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t");
        subscriber.Sent();
        publisher.Publishes("t", "", retain: true);
        Assert.Equal(["t= q0"], subscriber.Messages());
        Assert.Equal(0, harness.Exchange.Statistics.RetainedMessages);
        var late = harness.Connect("late");
        late.Subscribes("t");
        Assert.Empty(late.Messages());
    }

    [Fact]
    public void A_message_that_is_not_retained_leaves_the_retained_one_alone() // MQTT-3.3.1-12
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "kept", retain: true);
        publisher.Publishes("t", "passing");
        var late = harness.Connect("s");
        late.Subscribes("t");
        Assert.Equal(["t=kept q0 retain"], late.Messages());
    }

    [Fact]
    public void Retained_messages_outlive_their_publisher() // MQTT-3.1.2.7
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "x", retain: true);
        publisher.Says(DisconnectPacket.Instance);
        var late = harness.Connect("s");
        late.Subscribes("t");
        Assert.Equal(["t=x q0 retain"], late.Messages());
    }

    [Fact]
    public void Retained_messages_have_limits_and_a_topic_over_them_has_none_rather_than_an_old_one()
    {
        var harness = new ExchangeHarness(new MqttLimits { RetainedMessagesMax = 1, RetainedBytesMax = 100 });
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "x", retain: true);
        publisher.Publishes("u", "x", retain: true);
        publisher.Publishes("t", new string('x', 100), retain: true);
        Assert.Equal((0, 2), (harness.Exchange.Statistics.RetainedMessages, harness.Exchange.Statistics.NotRetained));
    }

    // ---- SUBSCRIBE and UNSUBSCRIBE (3.8, 3.10)

    [Fact]
    public void A_SUBACK_has_a_code_for_each_filter_in_order() // MQTT-3.8.4-1, -2, -5, MQTT-3.9.3-1
    {
        var peer = new ExchangeHarness().Connect("a");
        peer.Says(new SubscribePacket(4, [new("a", ExactlyOnce), new("b", AtMostOnce), new("c", AtLeastOnce)]));
        Assert.Equal("SUBACK 4 2 0 1", Codec.Describe(Assert.Single(peer.Sent())));
    }

    [Fact]
    public void Subscribing_again_replaces_the_qos_and_sends_retained_messages_again() // MQTT-3.8.4-3
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        publisher.Publishes("t", "kept", AtLeastOnce, retain: true);
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t", AtLeastOnce);
        Assert.Equal(["t=kept q1 retain"], subscriber.MessagesAcknowledged());
        subscriber.Subscribes("t", AtMostOnce);
        Assert.Equal(["t=kept q0 retain"], subscriber.Messages());
        publisher.Publishes("t", "x", AtLeastOnce);
        Assert.Equal(["t=x q0"], subscriber.Messages());
    }

    [Fact]
    public void An_UNSUBSCRIBE_is_answered_whether_or_not_there_was_such_a_subscription() // MQTT-3.10.4-4, -5
    {
        var peer = new ExchangeHarness().Connect("a");
        peer.Says(new UnsubscribePacket(8, ["never/subscribed"]));
        Assert.Equal([new UnsubAckPacket(8)], peer.Sent());
    }

    [Fact]
    public void After_UNSUBSCRIBE_nothing_new_comes_and_what_was_begun_is_finished() // MQTT-3.10.4-2, -3
    {
        var harness = new ExchangeHarness();
        var publisher = harness.Connect("p");
        var subscriber = harness.Connect("s", clean: false);
        subscriber.Subscribes("t", ExactlyOnce);
        publisher.Publishes("t", "begun", ExactlyOnce);
        var id = Assert.IsType<PublishPacket>(Assert.Single(subscriber.Sent())).PacketId;
        subscriber.Says(new UnsubscribePacket(8, ["t"]));
        publisher.Publishes("t", "new", ExactlyOnce, id: 2);
        subscriber.Says(new PubRecPacket(id));
        Assert.Equal([new UnsubAckPacket(8), new PubRelPacket(id)], subscriber.Sent());
    }

    [Fact]
    public void Filters_are_compared_character_by_character() // MQTT-3.10.4-1
    {
        var harness = new ExchangeHarness();
        var subscriber = harness.Connect("s");
        subscriber.Subscribes("t/+", AtMostOnce);
        subscriber.Says(new UnsubscribePacket(8, ["t/a", "T/+", "t/#"]));
        subscriber.Sent();
        harness.Connect("p").Publishes("t/a", "x");
        Assert.Equal(["t/a=x q0"], subscriber.Messages());
    }

    // ---- Keepalive (3.1.2.10, 3.12)

    [Fact]
    public void PINGREQ_is_answered() // MQTT-3.12.4-1
    {
        var peer = new ExchangeHarness().Connect("a");
        peer.Says(PingReqPacket.Instance);
        Assert.Equal([PingRespPacket.Instance], peer.Sent());
    }

    [Fact]
    public void A_client_silent_for_one_and_a_half_keepalives_is_dropped() // MQTT-3.1.2-24
    {
        var harness = new ExchangeHarness();
        var silent = harness.Connect("silent", keepAlive: 10);
        var lively = harness.Connect("lively", keepAlive: 10);
        var timeless = harness.Connect("timeless", keepAlive: 0);

        harness.Now += TimeSpan.FromSeconds(15);
        lively.Says(PingReqPacket.Instance);
        harness.Exchange.Tick(harness.Now);
        Assert.Null(silent.End);

        harness.Now += TimeSpan.FromSeconds(1);
        harness.Exchange.Tick(harness.Now);
        Assert.Equal(MqttEnd.KeepAliveExpired, silent.End);
        Assert.Null(lively.End);
        Assert.Null(timeless.End);
    }

    [Fact]
    public void A_connection_without_CONNECT_is_dropped_in_time() // 3.1.4, 4.2
    {
        var harness = new ExchangeHarness(new MqttLimits { ConnectTimeout = TimeSpan.FromSeconds(3) });
        var peer = harness.Open();
        harness.Now += TimeSpan.FromSeconds(4);
        harness.Exchange.Tick(harness.Now);
        Assert.Equal(MqttEnd.ConnectTimedOut, peer.End);

        peer.Connect("late"); // its credentials were still being checked
        Assert.Empty(peer.Sent());
        Assert.Equal(0, harness.Exchange.Statistics.Sessions);
    }

    [Fact]
    public void A_connection_that_does_not_finish_closing_is_aborted_in_time()
    {
        var harness = new ExchangeHarness(new MqttLimits { CloseTimeout = TimeSpan.FromSeconds(3) });
        var peer = harness.Connect("a");
        peer.Says(DisconnectPacket.Instance);
        Assert.Empty(harness.Exchange.Tick(harness.Now));
        harness.Now += TimeSpan.FromSeconds(3);
        Assert.Equal([peer], harness.Exchange.Tick(harness.Now));
        harness.Exchange.Forget(peer);
        Assert.Empty(harness.Exchange.Tick(harness.Now));
    }

    // ---- Access rules

    [Fact]
    public void A_message_that_may_not_be_published_is_acknowledged_and_goes_nowhere() // MQTT-3.3.5-2
    {
        var harness = new ExchangeHarness(access: new OwnTopicsOnly());
        var watcher = harness.Connect("watcher");
        watcher.Subscribes("watcher/#");
        var peer = harness.Connect("a");
        peer.Publishes("watcher/x", "forged", AtLeastOnce, retain: true);
        Assert.Equal([new PubAckPacket(1)], peer.Sent());
        Assert.Empty(watcher.Messages());
        Assert.Equal((0, 1), (harness.Exchange.Statistics.RetainedMessages, harness.Exchange.Statistics.Unauthorized));
    }

    [Fact]
    public void A_filter_that_may_not_be_subscribed_is_refused_alone() // MQTT-3.8.4-5
    {
        var peer = new ExchangeHarness(access: new OwnTopicsOnly()).Connect("a");
        peer.Says(new SubscribePacket(4, [new("#", AtMostOnce), new("a/b", AtLeastOnce)]));
        Assert.Equal("SUBACK 4 128 1", Codec.Describe(Assert.Single(peer.Sent())));
    }

    [Fact]
    public void A_will_that_may_not_be_published_is_not()
    {
        var harness = new ExchangeHarness(access: new OwnTopicsOnly());
        var watcher = harness.Connect("watcher");
        watcher.Subscribes("watcher/#");
        harness.Connect("a", will: Message("watcher/x", "forged")).Drops();
        Assert.Empty(watcher.Messages());
    }

    [Fact]
    public void The_rules_are_told_who_sends_or_connects_too_often()
    {
        var rules = new OwnTopicsOnly();
        var harness = new ExchangeHarness(new MqttLimits { MessagesPerSecondMax = 2, ConnectsPerSecondPerIdentityMax = 2 }, rules);
        var sender = harness.Connect("sender");
        for (int i = 0; i < 5; i++)
            sender.Publishes("sender/x", $"{i}", AtMostOnce);
        for (int i = 0; i < 3; i++)
            harness.Open().Connect("guest");
        Assert.Equal(["sender", "guest"], rules.TooOften);
        Assert.Equal(2, harness.Exchange.Statistics.RateExceeded);
    }

    private sealed class OwnTopicsOnly : IMqttAccess
    {
        public ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials) => new(MqttAdmission.Accept(credentials.ClientId));

        public bool MayPublish(string identity, string topic) => topic.StartsWith(identity + "/", StringComparison.Ordinal);

        public bool MaySubscribe(string identity, string filter) => filter.StartsWith(identity + "/", StringComparison.Ordinal);

        public List<string> TooOften { get; } = [];

        public void RateExceeded(string identity) => TooOften.Add(identity);
    }
}
