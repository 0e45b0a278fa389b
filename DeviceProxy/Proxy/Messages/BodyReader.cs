using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>
/// Reads a body field by field. The first field that is cut short or out of its range spoils all that
/// follow; <see cref="Complete"/> says at the end whether the values may be used.
/// </summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;
    private bool malformed;

    public byte U8() => Bytes(1) is [var value] ? value : (byte)0;

    public ushort U16() => Bytes(2) is { Length: 2 } b ? BinaryPrimitives.ReadUInt16LittleEndian(b) : (ushort)0;

    public uint U32() => Bytes(4) is { Length: 4 } b ? BinaryPrimitives.ReadUInt32LittleEndian(b) : 0;

    public long I64() => Bytes(8) is { Length: 8 } b ? BinaryPrimitives.ReadInt64LittleEndian(b) : 0;

    public int I32() => (int)U32();

    /// <summary>A <c>u64</c> below 2⁶³.</summary>
    public long U64()
    {
        ulong value = RawU64();
        Require(value <= long.MaxValue);
        return malformed ? 0 : (long)value;
    }

    /// <summary>A <c>u8</c> up to <paramref name="max"/>.</summary>
    public byte U8(byte max)
    {
        byte value = U8();
        Require(value <= max);
        return value;
    }

    /// <summary>A <c>u32</c> up to <paramref name="max"/>.</summary>
    public int U32(int max)
    {
        uint value = U32();
        Require(value <= (uint)max);
        return malformed ? 0 : (int)value;
    }

    public bool Flag() => U8(1) == 1;

    /// <summary>A <c>u32</c> of ms.</summary>
    public TimeSpan Milliseconds() => TimeSpan.FromMilliseconds(U32());

    /// <summary>A <c>u64</c> of µs.</summary>
    public TimeSpan Microseconds()
    {
        ulong value = RawU64();
        Require(value < ProtocolLimits.MicrosecondsEnd);
        return malformed ? default : new TimeSpan((long)value * TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>A <c>u64</c> of ms since 1970.</summary>
    public DateTimeOffset Time()
    {
        long value = U64();
        Require(value <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());
        return malformed ? default : DateTimeOffset.FromUnixTimeMilliseconds(value);
    }

    public Digest Digest() => Bytes(Grains.Interfaces.Ids.Digest.ByteCount) is { Length: > 0 } b ? Grains.Interfaces.Ids.Digest.FromBytes(b) : default;

    public TaskId Task() => Bytes(TaskId.ByteCount) is { Length: > 0 } b ? TaskId.FromBytes(b) : default;

    /// <summary>A <c>bytes8</c> that is a name, or empty.</summary>
    public string NameOrEmpty()
    {
        var bytes = Bytes(U8());
        if (malformed || bytes.IsEmpty)
            return "";
        string name = Encoding.ASCII.GetString(bytes);
        Require(FogName.IsValid(name));
        return name;
    }

    /// <summary>A <c>bytes16</c> of <paramref name="length"/> bytes, no other.</summary>
    public ReadOnlySpan<byte> Bytes16(int length)
    {
        Require(U16() == length);
        return Bytes(length);
    }

    /// <summary>A <c>bytes16</c> of <paramref name="lengthMax"/> bytes at most.</summary>
    public ReadOnlySpan<byte> Bytes16UpTo(int lengthMax)
    {
        int length = U16();
        Require(length <= lengthMax);
        return Bytes(length);
    }

    /// <summary>A <c>bytes16</c> of UTF-8.</summary>
    public string Text(int bytesMax)
    {
        int length = U16();
        Require(length <= bytesMax);
        var bytes = Bytes(length);
        Require(Utf8.IsValid(bytes));
        return malformed ? "" : Encoding.UTF8.GetString(bytes);
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        Require(count <= rest.Length);
        if (malformed)
            return default;
        var bytes = rest[..count];
        rest = rest[count..];
        return bytes;
    }

    public void Require(bool condition) => malformed |= !condition;

    /// <summary>Every field was there and in its range, and nothing follows.</summary>
    public readonly bool Complete() => !malformed && rest.IsEmpty;

    private ulong RawU64() => Bytes(8) is { Length: 8 } b ? BinaryPrimitives.ReadUInt64LittleEndian(b) : 0;
}
