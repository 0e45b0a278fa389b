using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

public class OutboundFlowTests
{
    private static readonly QueueLimits Limits = new(MessagesMax: 4, BytesMax: 1000, MessagesMaxForQos0: 2, BytesMaxForQos0: 500, InflightMax: 2);

    [Fact]
    public void Messages_leave_in_the_order_in_which_they_came() // MQTT-4.6.0-6
    {
        var flow = new OutboundFlow(Limits);
        flow.Enqueue(Message("0", QualityOfService.AtMostOnce));
        flow.Enqueue(Message("1"));
        flow.Enqueue(Message("2", QualityOfService.ExactlyOnce));
        Assert.Equal(["0", "1", "2"], Drain(flow).Select(t => t.Outgoing.Message.Topic));
    }

    [Fact]
    public void The_window_holds_back_what_is_beyond_it_and_everything_behind()
    {
        var flow = new OutboundFlow(Limits);
        foreach (var topic in "abc")
            flow.Enqueue(Message($"{topic}"));
        flow.Enqueue(Message("d", QualityOfService.ExactlyOnce));

        var sent = Drain(flow);
        Assert.Equal(["a", "b"], sent.Select(t => t.Outgoing.Message.Topic));
        Assert.True(flow.Acknowledge(sent[0].PacketId));
        Assert.Equal(["c"], Drain(flow).Select(t => t.Outgoing.Message.Topic));
    }

    [Fact]
    public void Everything_in_flight_is_due_again_after_a_restart_in_its_order_and_marked() // MQTT-4.4.0-1, MQTT-4.6.0-1, MQTT-3.3.1-1
    {
        var flow = new OutboundFlow(Limits);
        flow.Enqueue(Message("a"));
        flow.Enqueue(Message("b"));
        flow.Enqueue(Message("c"));
        var first = Drain(flow);
        Assert.All(first, t => Assert.False(t.Duplicate));

        flow.Restart();
        var again = Drain(flow);
        Assert.Equal(first.Select(t => t.PacketId), again.Select(t => t.PacketId));
        Assert.All(again, t => Assert.True(t.Duplicate));
        Assert.Empty(Drain(flow)); // not twice on one connection
    }

    [Fact]
    public void A_message_that_is_being_released_is_never_sent_again() // MQTT-4.3.3-1
    {
        var flow = new OutboundFlow(Limits);
        flow.Enqueue(Message("a", QualityOfService.ExactlyOnce));
        var id = Assert.Single(Drain(flow)).PacketId;
        Assert.True(flow.Received(id));

        flow.Restart();
        var release = Assert.Single(Drain(flow));
        Assert.True(release.IsRelease);
        Assert.Equal(id, release.PacketId);
        Assert.True(flow.Complete(id));
        flow.Restart();
        Assert.Empty(Drain(flow));
    }

    [Fact]
    public void An_answer_of_the_wrong_kind_or_to_nothing_changes_nothing()
    {
        var flow = new OutboundFlow(Limits);
        flow.Enqueue(Message("a"));
        flow.Enqueue(Message("b", QualityOfService.ExactlyOnce));
        var sent = Drain(flow);

        Assert.False(flow.Received(sent[0].PacketId));
        Assert.False(flow.Complete(sent[0].PacketId));
        Assert.False(flow.Acknowledge(sent[1].PacketId));
        Assert.False(flow.Complete(sent[1].PacketId));
        Assert.False(flow.Acknowledge(999));
        Assert.Equal(2, flow.InFlight);
    }

    [Fact]
    public void An_acknowledged_message_during_repetition_moves_the_repetition_along()
    {
        var flow = new OutboundFlow(Limits);
        flow.Enqueue(Message("a"));
        flow.Enqueue(Message("b"));
        var sent = Drain(flow);
        flow.Restart();
        Assert.True(flow.TryTake(out var again));
        Assert.True(flow.Acknowledge(again.PacketId));
        Assert.Equal(sent[1].PacketId, Assert.Single(Drain(flow)).PacketId);
    }

    [Fact]
    public void Packet_identifiers_in_use_are_passed_over_and_zero_is_none() // MQTT-2.3.1-1, -2
    {
        var flow = new OutboundFlow(Limits) { IdInUse = id => id == 2 };
        flow.Enqueue(Message("a"));
        Assert.Equal(1, Assert.Single(Drain(flow)).PacketId);
        for (var i = 3; i <= ushort.MaxValue; i++)
            Assert.Equal(i, flow.NextPacketId());
        Assert.Equal(3, flow.NextPacketId()); // 0 is none, 1 is in flight, 2 is in use
    }

    [Fact]
    public void Qos_0_is_dropped_before_qos_1_is()
    {
        var flow = new OutboundFlow(Limits);
        Assert.True(flow.Enqueue(Message("a", QualityOfService.AtMostOnce)));
        Assert.True(flow.Enqueue(Message("b", QualityOfService.AtMostOnce)));
        Assert.False(flow.Enqueue(Message("c", QualityOfService.AtMostOnce)));
        Assert.True(flow.Enqueue(Message("d")));
        Assert.True(flow.Enqueue(Message("e")));
        Assert.False(flow.Enqueue(Message("f")));
        Assert.Equal(4, flow.Waiting);
    }

    [Fact]
    public void Bytes_are_bounded_and_counted_until_the_acknowledgement()
    {
        var budget = new ByteBudget(10_000);
        var flow = new OutboundFlow(Limits, budget);
        Assert.True(flow.Enqueue(Message("a", bytes: 900)));
        Assert.False(flow.Enqueue(Message("b", bytes: 900)));
        var id = Assert.Single(Drain(flow)).PacketId;
        Assert.False(flow.Enqueue(Message("b", bytes: 900))); // in flight is still held
        Assert.Equal(902, budget.Used);
        flow.Acknowledge(id);
        Assert.Equal(0, budget.Used);
        Assert.True(flow.Enqueue(Message("b", bytes: 900)));
        flow.Discard();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Flows_share_a_budget()
    {
        var budget = new ByteBudget(1000);
        var one = new OutboundFlow(Limits, budget);
        var other = new OutboundFlow(Limits, budget);
        Assert.True(one.Enqueue(Message("a", bytes: 700)));
        Assert.False(other.Enqueue(Message("b", bytes: 700)));
        one.Discard();
        Assert.True(other.Enqueue(Message("b", bytes: 700)));
    }

    [Fact]
    public void A_suspended_flow_keeps_what_was_promised_and_drops_qos_0()
    {
        var budget = new ByteBudget(1000);
        var flow = new OutboundFlow(Limits with { MessagesMaxForQos0 = 4 }, budget);
        flow.Enqueue(Message("a", QualityOfService.AtMostOnce));
        flow.Enqueue(Message("b"));
        flow.Enqueue(Message("c", QualityOfService.AtMostOnce));
        flow.Enqueue(Message("d"));
        Assert.Equal(2, flow.Suspend());
        Assert.Equal(["b", "d"], Drain(flow).Select(t => t.Outgoing.Message.Topic));
        Assert.Equal(4, budget.Used);
    }

    private static Outgoing Message(string topic, QualityOfService qos = QualityOfService.AtLeastOnce, int bytes = 0) =>
        new(new MqttMessage(topic, new byte[bytes], qos), qos, Retain: false);

    private static List<Transmission> Drain(OutboundFlow flow)
    {
        var taken = new List<Transmission>();
        while (flow.TryTake(out var next))
            taken.Add(next);
        return taken;
    }
}
