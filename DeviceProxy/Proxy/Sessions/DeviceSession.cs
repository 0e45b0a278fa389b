using System.Collections.Immutable;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Sessions;

/// <summary>One wake of a device: its key and both sequence counts.</summary>
/// <param name="epoch">The hello's.</param>
/// <param name="key">32 bytes. Never logged.</param>
internal sealed class DeviceSession(long epoch, HelloFacts facts, ImmutableArray<byte> key)
{
    private SequenceWindow received;
    private uint nextSequence;

    public long Epoch { get; } = epoch;

    public HelloFacts Facts { get; } = facts;

    /// <summary>A message under its key has come, so the device itself opened it.</summary>
    public bool Confirmed { get; private set; }

    public bool Made(in Envelope envelope, string topic) => envelope.IsTaggedWith(key.AsSpan(), topic);

    /// <summary>Reads a message that this session's key made, and takes note of its number.</summary>
    public Drop Receive(in Envelope envelope, out SessionContent? content)
    {
        content = null;
        var drop = received.Check(envelope.Sequence);
        if (drop != Drop.None)
            return drop;
        content = SessionContent.Read(envelope.Type, envelope.Body);
        if (content is null)
            return Drop.Malformed;
        received.Accept(envelope.Sequence);
        Confirmed = true;
        return Drop.None;
    }

    /// <summary>Makes the session's next message, ready to be published on <paramref name="topic"/>.</summary>
    public byte[] Seal<T>(MessageType type, T content, BodyWrite<T> write, string topic) =>
        Envelope.Seal(type, nextSequence++, content, write, key.AsSpan(), topic);
}
