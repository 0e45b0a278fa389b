using System.Buffers;
using System.IO.Pipelines;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>The exchange alone: time is a field, a connection is a list of packets each way.</summary>
internal sealed class ExchangeHarness(MqttLimits? limits = null, IMqttAccess? access = null, SessionJournal? journal = null)
{
    public Exchange Exchange { get; } = new(limits ?? new MqttLimits(), access ?? new AllowAll(), journal);

    public TimeSpan Now { get; set; }

    /// <summary>A connection that has not said CONNECT yet.</summary>
    public TestPeer Open()
    {
        var peer = new TestPeer(this);
        Exchange.Open(peer, Now);
        return peer;
    }

    /// <summary>An MQTT 5 connection that was accepted, and its CONNACK.</summary>
    public TestPeer Connect5(string clientId, out ConnAckPacket answer, bool cleanStart = true, PacketProperties? properties = null, MqttMessage? will = null, int willDelay = 0, int keepAlive = 0)
    {
        var peer = Open();
        peer.Connect5(clientId, cleanStart, properties, will, willDelay, keepAlive);
        answer = Assert.IsType<ConnAckPacket>(peer.First());
        Assert.Equal(MqttReasonCode.Success, answer.Reason);
        return peer;
    }

    public TestPeer Connect5(string clientId, bool cleanStart = true, PacketProperties? properties = null, MqttMessage? will = null, int willDelay = 0) =>
        Connect5(clientId, out _, cleanStart, properties, will, willDelay);

    /// <summary>A connection whose CONNECT was accepted; its CONNACK has been taken, what else was sent stays.</summary>
    public TestPeer Connect(string clientId, bool clean = true, int keepAlive = 0, MqttMessage? will = null, bool expectSession = false)
    {
        var peer = Open();
        peer.Connect(clientId, clean, keepAlive, will);
        var answer = Assert.IsType<ConnAckPacket>(peer.First());
        Assert.Equal(new ConnAckPacket(expectSession, ConnectReturnCode.Accepted), answer);
        return peer;
    }
}

internal sealed class TestPeer(ExchangeHarness harness) : Peer
{
    private readonly List<MqttPacket> unread = [];

    public MqttEnd? End => Closing?.End;

    public void Connect(string clientId, bool clean = true, int keepAlive = 0, MqttMessage? will = null) =>
        Connect(new ConnectPacket(clientId, clean, (ushort)keepAlive, will));

    public void Connect5(string clientId, bool cleanStart = true, PacketProperties? properties = null, MqttMessage? will = null, int willDelay = 0, int keepAlive = 0) =>
        Connect(new ConnectPacket(clientId, cleanStart, (ushort)keepAlive, will)
        {
            Version = MqttVersion.V5, Properties = properties, WillDelay = TimeSpan.FromSeconds(willDelay),
        });

    /// <summary>As the broker does it, whose rules admit everybody.</summary>
    private void Connect(ConnectPacket packet)
    {
        if (harness.Exchange.Consider(this, packet, harness.Now))
            harness.Exchange.Connect(this, packet, packet.ClientId, harness.Now);
    }

    /// <summary>Publishes with MQTT 5 properties.</summary>
    public void Publishes5(MqttMessage message, ushort id = 1, ushort alias = 0) =>
        Says(new PublishPacket(message, message.Qos == QualityOfService.AtMostOnce ? (ushort)0 : id, alias));

    /// <summary>Subscribes with MQTT 5 options, and takes the SUBACK.</summary>
    public byte Subscribes5(TopicRequest request, uint identifier = 0)
    {
        Says(new SubscribePacket(77, [request])
        {
            Properties = identifier == 0 ? null : new PacketProperties().Add(PropertyId.SubscriptionIdentifier, identifier),
        });
        return Assert.Single(Assert.IsType<SubAckPacket>(First()).ReturnCodes);
    }

    public void Says(params MqttPacket[] packets)
    {
        foreach (var packet in packets)
            harness.Exchange.Receive(this, packet, harness.Now);
    }

    public void Publishes(string topic, string text, QualityOfService qos = QualityOfService.AtMostOnce, bool retain = false, ushort id = 1, bool duplicate = false) =>
        Says(new PublishPacket(
            Texts.Message(topic, text, qos, retain) with { Duplicate = duplicate }, qos == QualityOfService.AtMostOnce ? (ushort)0 : id));

    /// <summary>Subscribes, and takes the SUBACK; what else is sent stays.</summary>
    public byte Subscribes(string filter, QualityOfService qos = QualityOfService.AtLeastOnce)
    {
        Says(new SubscribePacket(77, [new TopicRequest(filter, qos)]));
        var ack = Assert.IsType<SubAckPacket>(First());
        Assert.Equal(77, ack.PacketId);
        return Assert.Single(ack.ReturnCodes);
    }

    public void Drops(MqttEnd end = MqttEnd.EndOfStream) => harness.Exchange.Close(this, new MqttClosure(end), harness.Now);

    /// <summary>The first packet sent since the last call; the rest stays.</summary>
    public MqttPacket First()
    {
        Fetch();
        var first = unread[0];
        unread.RemoveAt(0);
        return first;
    }

    /// <summary>Everything sent since the last call.</summary>
    public List<MqttPacket> Sent()
    {
        Fetch();
        var all = unread.ToList();
        unread.Clear();
        return all;
    }

    /// <summary>The messages among what was sent, as "topic=text", with a mark for QoS, RETAIN and DUP.</summary>
    public List<string> Messages() => Sent().OfType<PublishPacket>().Select(p =>
        $"{p.Message.Topic}={p.Message.Text()} q{(int)p.Message.Qos}{(p.Message.Retain ? " retain" : "")}{(p.Message.Duplicate ? " dup" : "")}").ToList();

    /// <summary>Takes the messages sent and acknowledges those of QoS 1.</summary>
    public List<string> MessagesAcknowledged()
    {
        Fetch();
        var ids = unread.OfType<PublishPacket>().Where(p => p.Message.Qos == QualityOfService.AtLeastOnce).Select(p => p.PacketId).ToList();
        var messages = Messages();
        foreach (var id in ids)
            Says(new PubAckPacket(id));
        return messages;
    }

    public override void Wake() => throw new InvalidOperationException("The exchange wakes nobody itself.");

    public override void Abort() => throw new InvalidOperationException("The exchange aborts nobody itself.");

    private void Fetch()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        harness.Exchange.Send(this, pipe.Writer, int.MaxValue, harness.Now);
        pipe.Writer.FlushAsync().AsTask().Wait();
        pipe.Writer.Complete();
        if (!pipe.Reader.TryRead(out var read))
            return;
        var buffer = read.Buffer;
        while (PacketDecoder.TryRead(ref buffer, int.MaxValue, out var packet, out _, Version) == DecodeStatus.Decoded)
            unread.Add(packet!);
        Assert.True(buffer.IsEmpty);
    }
}
