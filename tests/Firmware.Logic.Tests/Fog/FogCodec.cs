using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fog.Firmware.Logic.Tests;

/// <summary>The fog's side of docs/protocol.md, written from the page alone, on the platform's own cryptography.</summary>
internal static class FogCodec
{
    public static byte[] Seal(byte[] key, byte type, uint sequence, byte[] body, string topic)
    {
        var message = new byte[6 + body.Length + 16];
        message[0] = 1;
        message[1] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(2), sequence);
        body.CopyTo(message, 6);
        Tag(key, message.AsSpan(0, 6 + body.Length), topic).CopyTo(message, 6 + body.Length);
        return message;
    }

    public static byte[] Tag(byte[] key, ReadOnlySpan<byte> untagged, string topic) =>
        HMACSHA256.HashData(key, (byte[])[.. untagged, .. Encoding.ASCII.GetBytes(topic)])[..16];

    public static bool IsSealed(byte[] key, ReadOnlySpan<byte> message, string topic) =>
        message[^16..].SequenceEqual(Tag(key, message[..^16], topic));

    public static byte[] SessionKey(byte[] deviceKey, string site, string node, byte[] deviceNonce, byte[] fogNonce) =>
        HMACSHA256.HashData(deviceKey, (byte[])[1, .. Name(site), .. Name(node), .. deviceNonce, .. fogNonce]);

    public static byte[] Name(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    public static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes16(byte[] bytes) => [.. U16(bytes.Length), .. bytes];

    public static byte[] Welcome(WelcomeFields w) =>
    [
        .. w.FogNonce, .. U64((ulong)w.SiteTimeMillis), .. U32(w.SleepMillis), .. U32(w.AwakeLimitMillis),
        .. Name(w.Cluster), .. U32(w.Term), w.Leader ? (byte)1 : (byte)0, .. U16(w.Tasks),
    ];

    public static byte[] Task(TaskFields t) =>
    [
        .. t.Id, .. U32(t.Term), .. SHA256.HashData(t.Image), .. U32((uint)t.Image.Length), .. U64((ulong)t.Fuel), .. U32((uint)t.MemoryBytes),
        .. U16(t.CallDepth), .. U64((ulong)t.DeadlineMillis), .. SHA256.HashData(t.Arguments), .. U32((uint)t.Arguments.Length),
        .. Bytes16(t.Arguments.Length <= 1024 ? t.Arguments : []),
        .. t.Snapshot.Length == 0 ? new byte[32] : SHA256.HashData(t.Snapshot), .. U32((uint)t.Snapshot.Length), .. U64((ulong)t.NowMillis), .. U64((ulong)t.Seed),
    ];

    public static byte[] Accepted(byte[] task, bool keep) => [.. task, keep ? (byte)1 : (byte)0];

    public static byte[] Update(int attempt, byte[] manifest) => [(byte)attempt, .. Bytes16(manifest)];

    public static byte[] Need(byte[] digest, uint offset, int count) => [.. digest, .. U32(offset), (byte)count];

    public static byte[] Chunk(byte[] digest, uint total, uint offset, byte[] data) => [.. digest, .. U32(total), .. U32(offset), .. Bytes16(data)];
}

internal sealed record WelcomeFields
{
    public byte[] FogNonce { get; init; } = new byte[16];
    public long SiteTimeMillis { get; init; } = 1_700_000_000_000;
    public uint SleepMillis { get; init; } = 900;
    public uint AwakeLimitMillis { get; init; } = 10_000;
    public string Cluster { get; init; } = "";
    public uint Term { get; init; }
    public bool Leader { get; init; }
    public int Tasks { get; init; }
}

internal sealed record TaskFields
{
    public required byte[] Id { get; init; }
    public uint Term { get; init; }
    public byte[] Image { get; init; } = [1, 2, 3];
    public long Fuel { get; init; } = 1_000_000;
    public int MemoryBytes { get; init; } = 65536;
    public int CallDepth { get; init; } = 64;
    public long DeadlineMillis { get; init; } = long.MaxValue;
    public byte[] Arguments { get; init; } = [];

    /// <summary>Where to go on; empty: begin.</summary>
    public byte[] Snapshot { get; init; } = [];

    public long NowMillis { get; init; }
    public long Seed { get; init; }

    /// <summary>An id made of one number.</summary>
    public static byte[] IdOf(int number) => SHA256.HashData(BitConverter.GetBytes(number))[..16];
}

/// <summary>Reads one body; every field in the order of the page, and nothing left over.</summary>
internal sealed class BodyReader(byte[] body)
{
    private int position;

    public byte[] Raw(int count)
    {
        var bytes = body[position..(position + count)];
        position += count;
        return bytes;
    }

    public int U8() => Raw(1)[0];

    public int U16() => BinaryPrimitives.ReadUInt16LittleEndian(Raw(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Raw(4));

    public int I32() => BinaryPrimitives.ReadInt32LittleEndian(Raw(4));

    public long U64() => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(Raw(8)));

    public byte[] Bytes16() => Raw(U16());

    public T Last<T>(T message) =>
        position == body.Length ? message : throw new InvalidDataException($"{body.Length - position} bytes left over");
}
