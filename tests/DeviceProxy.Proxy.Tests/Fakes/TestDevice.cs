using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests.Fakes;

/// <summary>The device's side of a session, one step at a time.</summary>
internal sealed class TestDevice(NodeId node, byte[] deviceKey)
{
    private byte[] nonce = [];
    private byte[]? sessionKey;
    private uint next;
    private byte wakes;

    public NodeId Node => node;

    public string Up => Topics.Up(node);

    public string Down => Topics.Down(node);

    /// <summary>Numbers of the fog's messages heard in this session, in order.</summary>
    public List<uint> Heard { get; } = [];

    public byte[] Hello()
    {
        nonce = [.. Enumerable.Repeat(++wakes, 16)];
        sessionKey = null;
        next = 0;
        Heard.Clear();
        return Envelope.Seal(MessageType.Hello, 0, Facts(), HelloMessage.Write, deviceKey, Up);
    }

    /// <summary>Reads welcome and makes the session key.</summary>
    public Welcome Welcomed(MqttMessage message)
    {
        Assert.Equal((byte)MessageType.Welcome, message.Payload.Span[1]);
        sessionKey = FakeNode.SessionKey(deviceKey, node, nonce, message.Payload.Span.Slice(Envelope.HeaderBytes, 16));
        return Hear(message, MessageType.Welcome, Welcome.Read);
    }

    /// <summary>Checks topic, type, key and body of a message of the fog.</summary>
    public T Hear<T>(MqttMessage message, MessageType type, Messages.BodyRead<T> read, string? topic = null)
        where T : class
    {
        Assert.Equal(topic ?? Down, message.Topic);
        Assert.Equal(QualityOfService.AtLeastOnce, message.Qos);
        var bytes = message.Payload.Span;
        Assert.Equal((byte)type, bytes[1]);
        uint sequence = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]);
        var content = read(bytes[Envelope.HeaderBytes..^Envelope.TagBytes]) ?? throw new FormatException($"{type} is malformed.");
        byte[] body = bytes[Envelope.HeaderBytes..^Envelope.TagBytes].ToArray();
        byte[] expected = Envelope.Seal(type, sequence, body, (ref BodyWriter w, byte[] b) => w.Bytes(b), sessionKey, message.Topic);
        Assert.Equal(expected, bytes.ToArray());
        Heard.Add(sequence);
        return content;
    }

    public byte[] Say<T>(MessageType type, T content, BodyWrite<T> write) => Say(next++, type, content, write);

    public byte[] Say<T>(uint sequence, MessageType type, T content, BodyWrite<T> write) =>
        Envelope.Seal(type, sequence, content, write, sessionKey ?? throw new InvalidOperationException("Not welcomed yet."), Up);

    public byte[] Keepalive(long heap = 1000) => Say(MessageType.Keepalive, new KeepaliveUplink(heap), KeepaliveMessage.Write);

    public byte[] Sleep() => Say(
        MessageType.Sleep, new SleepUplink(TimeSpan.FromMilliseconds(900), 3700, StateIntervals.Zero), SleepMessage.Write);

    public byte[] NeedOf(Digest digest, int offset, int count) => Say(MessageType.Need, new Need(digest, offset, count), Need.Write);

    public byte[] ChunkOf(Digest digest, byte[] value, int offset) => Say(MessageType.Chunk, Chunk.Of(digest, value, offset), Chunk.Write);

    private HelloFacts Facts() =>
        new([.. nonce], 0x010000, new(TimeSpan.FromSeconds(1), 100), 3700, 80_000, WakeCause.Timer, default, default, 1_000_000, []);
}
