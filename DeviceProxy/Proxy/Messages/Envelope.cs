using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>A message as it travels, its body not yet read.</summary>
/// <remarks>
/// <code>
/// | version 1 | type | sequence number, 4 | body | tag, 16 |
/// |&lt;------------- Authenticated -------------&gt;|
/// </code>
/// The tag is the first half of HMAC-SHA256 over that and the topic.
/// </remarks>
internal readonly ref struct Envelope
{
    public const int HeaderBytes = 6;
    public const int TagBytes = 16;
    public const byte Version = 1;

    private readonly ReadOnlySpan<byte> message;

    private Envelope(ReadOnlySpan<byte> message) => this.message = message;

    public MessageType Type => (MessageType)message[1];

    public uint Sequence => BinaryPrimitives.ReadUInt32LittleEndian(message[2..]);

    public ReadOnlySpan<byte> Body => message[HeaderBytes..^TagBytes];

    public ReadOnlySpan<byte> Authenticated => message[..^TagBytes];

    public ReadOnlySpan<byte> Tag => message[^TagBytes..];

    /// <summary>Checks size, version and direction; <see cref="Drop.None"/> when the message may be looked at further.</summary>
    public static Drop Read(ReadOnlySpan<byte> message, out Envelope envelope)
    {
        envelope = default;
        if (message.Length is < ProtocolLimits.MessageBytesMin or > ProtocolLimits.MessageBytesMax)
            return Drop.WrongSize;
        if (message[0] != Version)
            return Drop.UnknownVersion;
        envelope = new Envelope(message);
        return envelope.Type is >= MessageType.Hello and <= MessageType.UpdateStatus ? Drop.None : Drop.UnknownType;
    }

    public bool IsTaggedWith(ReadOnlySpan<byte> key, string topic)
    {
        Span<byte> tag = stackalloc byte[TagBytes];
        MakeTag(key, Authenticated, topic, tag);
        return CryptographicOperations.FixedTimeEquals(tag, Tag);
    }

    /// <summary>Makes a whole message.</summary>
    public static byte[] Seal<T>(MessageType type, uint sequence, T content, BodyWrite<T> write, ReadOnlySpan<byte> key, string topic)
    {
        Span<byte> buffer = stackalloc byte[ProtocolLimits.MessageBytesMax];
        buffer[0] = Version;
        buffer[1] = (byte)type;
        BinaryPrimitives.WriteUInt32LittleEndian(buffer[2..], sequence);
        var body = new BodyWriter(buffer[HeaderBytes..^TagBytes]);
        write(ref body, content);
        int authenticated = HeaderBytes + body.Length;
        MakeTag(key, buffer[..authenticated], topic, buffer.Slice(authenticated, TagBytes));
        return buffer[..(authenticated + TagBytes)].ToArray();
    }

    private static void MakeTag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> authenticated, string topic, Span<byte> tag)
    {
        Span<byte> input = stackalloc byte[ProtocolLimits.MessageBytesMax + ProtocolLimits.TopicBytesMax];
        authenticated.CopyTo(input);
        int length = authenticated.Length + Encoding.ASCII.GetBytes(topic, input[authenticated.Length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, input[..length], hash);
        hash[..TagBytes].CopyTo(tag);
    }
}

internal delegate void BodyWrite<in T>(ref BodyWriter body, T content);
