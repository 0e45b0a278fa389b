using Fog.DeviceProxy.Mqtt.Packets;
using static Fog.DeviceProxy.Mqtt.QualityOfService;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>Nothing that a peer can make grow grows beyond its limit.</summary>
public class ExchangeLimitsTests
{
    [Fact]
    public void Connections()
    {
        var harness = new ExchangeHarness(new MqttLimits { ConnectionsMax = 2 });
        var first = harness.Open();
        harness.Open();
        Assert.Equal(MqttEnd.BrokerFull, harness.Open().End);
        first.Drops();
        Assert.Null(harness.Open().End);
    }

    [Fact]
    public void Sessions()
    {
        var harness = new ExchangeHarness(new MqttLimits { SessionsMax = 2 });
        harness.Connect("a", clean: false).Drops();
        harness.Connect("b");
        var peer = harness.Open();
        peer.Connect("c");
        Assert.Equal([new ConnAckPacket(false, ConnectReturnCode.ServerUnavailable)], peer.Sent());
        harness.Connect("a", clean: false, expectSession: true); // those who are in stay in
    }

    [Fact]
    public void Subscriptions_in_a_session()
    {
        var harness = new ExchangeHarness(new MqttLimits { SubscriptionsPerSessionMax = 2, SubscriptionCharactersMax = 100 });
        var peer = harness.Connect("a");
        Assert.Equal(1, peer.Subscribes("a"));
        Assert.Equal(1, peer.Subscribes("b"));
        Assert.Equal(SubAckPacket.Refused, peer.Subscribes("c"));
        Assert.Equal(1, peer.Subscribes("a")); // again is not one more
        peer.Says(new UnsubscribePacket(1, ["a"]));
        peer.Sent();
        Assert.Equal(SubAckPacket.Refused, peer.Subscribes(new string('x', 100)));
        Assert.Equal(1, peer.Subscribes(new string('x', 99)));
    }

    [Fact]
    public void Filters_in_a_packet()
    {
        var harness = new ExchangeHarness(new MqttLimits { SubscriptionsPerSessionMax = 2 });
        var peer = harness.Connect("a");
        peer.Says(new SubscribePacket(1, [new("a", AtMostOnce), new("a", AtMostOnce), new("a", AtMostOnce)]));
        Assert.Equal(new MqttClosure(MqttEnd.PeerFault, MqttFault.TooManyFilters), peer.Closing);

        peer = harness.Connect("a");
        peer.Says(new UnsubscribePacket(1, ["a", "a", "a"]));
        Assert.Equal(new MqttClosure(MqttEnd.PeerFault, MqttFault.TooManyFilters), peer.Closing);
    }

    [Fact]
    public void Levels_of_a_topic()
    {
        var harness = new ExchangeHarness(new MqttLimits { TopicLevelsMax = 3 });
        var peer = harness.Connect("a");
        Assert.Equal(SubAckPacket.Refused, peer.Subscribes("a/b/c/#"));
        Assert.Equal(1, peer.Subscribes("a/b/#"));
        peer.Publishes("a/b/c", "x");
        Assert.Single(peer.Messages());
        peer.Publishes("a/b/c/d", "x");
        Assert.Equal(new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicTooDeep), peer.Closing);

        var willing = harness.Open();
        willing.Connect("b", will: Texts.Message("a/b/c/d", "x", retain: true));
        Assert.Equal(new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicTooDeep), willing.Closing);
    }

    [Fact]
    public void Messages_that_wait_for_one_who_is_away()
    {
        var harness = new ExchangeHarness(new MqttLimits { QueuedMessagesMax = 3 });
        harness.Connect("s", clean: false).Subscribes("t");
        var away = harness.Connect("s", clean: false, expectSession: true);
        away.Drops();
        var publisher = harness.Connect("p");
        for (var i = 0; i < 5; i++)
            publisher.Publishes("t", $"{i}", AtLeastOnce);
        Assert.Equal(2, harness.Exchange.Statistics.DroppedQueueFull);
        Assert.Equal(["t=0 q1", "t=1 q1", "t=2 q1"], harness.Connect("s", clean: false, expectSession: true).Messages());
    }

    [Fact]
    public void Bytes_that_wait_for_one_who_is_slow()
    {
        var harness = new ExchangeHarness(new MqttLimits { QueuedBytesMax = 1000, QueuedBytesMaxForQos0 = 500 });
        var slow = harness.Connect("s");
        slow.Subscribes("t");
        var publisher = harness.Connect("p");
        for (var i = 0; i < 4; i++)
            publisher.Publishes("t", new string('0', 200), AtMostOnce);
        for (var i = 0; i < 4; i++)
            publisher.Publishes("t", new string('1', 200), AtLeastOnce);
        Assert.Equal((2, 2), (harness.Exchange.Statistics.DroppedAtMostOnce, harness.Exchange.Statistics.DroppedQueueFull));
        Assert.Equal(808, harness.Exchange.Statistics.QueuedBytes);
        Assert.Equal(4, slow.MessagesAcknowledged().Count);
        Assert.Equal(0, harness.Exchange.Statistics.QueuedBytes);
    }

    [Fact]
    public void Bytes_that_wait_in_all_sessions()
    {
        var harness = new ExchangeHarness(new MqttLimits { QueuedBytesTotalMax = 500 });
        foreach (var id in "abc")
            harness.Connect($"{id}").Subscribes("t");
        harness.Connect("p").Publishes("t", new string('x', 200), AtLeastOnce);
        Assert.Equal((404, 1), (harness.Exchange.Statistics.QueuedBytes, harness.Exchange.Statistics.DroppedQueueFull));
    }

    [Fact]
    public void What_a_session_held_is_given_back_when_it_ends()
    {
        var harness = new ExchangeHarness();
        var slow = harness.Connect("s");
        slow.Subscribes("t");
        harness.Connect("p").Publishes("t", "x", AtLeastOnce);
        Assert.NotEqual(0, harness.Exchange.Statistics.QueuedBytes);
        slow.Drops();
        Assert.Equal(0, harness.Exchange.Statistics.QueuedBytes);
    }
}
