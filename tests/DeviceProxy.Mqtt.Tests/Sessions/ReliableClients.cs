using System.Globalization;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>A publisher and a subscriber that remember everything and follow the protocol to the letter, so that whatever is lost or doubled, the broker did it.</summary>
/// <remarks>Messages are numbered. Those of even number have QoS 2, the others QoS 1.</remarks>
internal sealed class ReliableClients
{
    private const int PacketIds = 12;

    private readonly List<Pending> pending = [];
    private readonly HashSet<ushort> unreleased = [];
    private readonly List<int> delivered = [];
    private int published;
    private ushort lastPacketId;
    private bool publisherHasSession, subscriberHasSession, isSubscribed;
    private TestPeer? publisher, subscriber;
    private bool publisherIsConnected;

    private sealed record Pending(int Number, ushort PacketId, bool IsReceived)
    {
        public QualityOfService Qos => Number % 2 == 0 ? QualityOfService.ExactlyOnce : QualityOfService.AtLeastOnce;
    }

    public int Published => published;

    public bool IsDone => pending.Count == 0 && unreleased.Count == 0 && isSubscribed;

    /// <summary>The same clients, without their connections.</summary>
    public ReliableClients Copy()
    {
        var copy = new ReliableClients
        {
            published = published,
            lastPacketId = lastPacketId,
            publisherHasSession = publisherHasSession,
            subscriberHasSession = subscriberHasSession,
            isSubscribed = isSubscribed,
        };
        copy.pending.AddRange(pending);
        copy.unreleased.UnionWith(unreleased);
        copy.delivered.AddRange(delivered);
        return copy;
    }

    public void Connect(ExchangeHarness broker)
    {
        ConnectPublisher(broker);
        ConnectSubscriber(broker);
    }

    public void ConnectPublisher(ExchangeHarness broker)
    {
        publisherIsConnected = false;
        publisher = broker.Open();
        publisher.Connect("publisher", clean: false);
    }

    public void ConnectSubscriber(ExchangeHarness broker)
    {
        subscriber = broker.Open();
        subscriber.Connect("subscriber", clean: false);
    }

    public void DropSubscriber() => subscriber!.Drops();

    /// <summary>Publishes the next message, if there is an identifier for it and a subscription.</summary>
    public void Publish()
    {
        if (!publisherIsConnected || !isSubscribed || pending.Count == PacketIds)
            return;
        do
            lastPacketId = (ushort)(lastPacketId % PacketIds + 1);
        while (pending.Exists(p => p.PacketId == lastPacketId));
        var next = new Pending(published++, lastPacketId, false);
        pending.Add(next);
        Say(next, duplicate: false);
    }

    /// <summary>Both take and answer what the broker has sent.</summary>
    public void Answer()
    {
        foreach (var packet in publisher!.Sent())
            PublisherHears(packet);
        foreach (var packet in subscriber!.Sent())
            SubscriberHears(packet);
    }

    /// <summary>Each message has been delivered, those of QoS 2 once, and in order.</summary>
    public void Check(string when)
    {
        Assert.True(IsDone, $"{when}: {pending.Count} messages are not acknowledged.");
        for (var parity = 0; parity < 2; parity++)
        {
            var ofQos = delivered.Where(n => n % 2 == parity).ToList();
            var expected = Enumerable.Range(0, published).Where(n => n % 2 == parity);
            Assert.True(expected.SequenceEqual(parity == 0 ? ofQos : ofQos.Distinct()),
                $"{when}: of QoS {2 - parity}, {string.Join(' ', ofQos)} of {published} were delivered.");
        }
    }

    private void PublisherHears(MqttPacket packet)
    {
        switch (packet)
        {
            case ConnAckPacket { SessionPresent: var isPresent }:
                Assert.True(isPresent || !publisherHasSession, "The publisher's session is gone.");
                publisherHasSession = publisherIsConnected = true;
                pending.ForEach(p => Say(p, duplicate: true));
                break;
            case PubAckPacket or PubCompPacket:
                pending.RemoveAll(p => p.PacketId == ((AcknowledgementPacket)packet).PacketId);
                break;
            case PubRecPacket(var id):
                var i = pending.FindIndex(p => p.PacketId == id);
                pending[i] = pending[i] with { IsReceived = true };
                Say(pending[i], duplicate: true);
                break;
        }
    }

    private void Say(Pending message, bool duplicate)
    {
        if (message.IsReceived)
            publisher!.Says(new PubRelPacket(message.PacketId));
        else
            publisher!.Publishes("t", message.Number.ToString(CultureInfo.InvariantCulture).PadLeft(10 + message.Number % 7 * 50), message.Qos, id: message.PacketId, duplicate: duplicate);
    }

    private void SubscriberHears(MqttPacket packet)
    {
        switch (packet)
        {
            case ConnAckPacket { SessionPresent: var isPresent }:
                Assert.True(isPresent || !subscriberHasSession, "The subscriber's session is gone.");
                subscriberHasSession = true;
                if (!isSubscribed)
                    subscriber!.Says(new SubscribePacket(1, [new TopicRequest("t", QualityOfService.ExactlyOnce)]));
                break;
            case SubAckPacket:
                isSubscribed = true;
                break;
            case PublishPacket { Message: var message, PacketId: var id }:
                var number = int.Parse(message.Text(), CultureInfo.InvariantCulture);
                if (message.Qos == QualityOfService.AtLeastOnce || unreleased.Add(id))
                    delivered.Add(number);
                subscriber!.Says(message.Qos == QualityOfService.AtLeastOnce ? new PubAckPacket(id) : new PubRecPacket(id));
                break;
            case PubRelPacket(var id):
                unreleased.Remove(id);
                subscriber!.Says(new PubCompPacket(id));
                break;
        }
    }
}
