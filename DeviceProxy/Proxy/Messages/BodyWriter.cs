using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>Writes a body field by field. A value that its field cannot hold is a defect of the fog's own, and throws.</summary>
internal ref struct BodyWriter(Span<byte> buffer)
{
    private readonly Span<byte> buffer = buffer;

    public int Length { get; private set; }

    public void U8(int value) => Take(1)[0] = checked((byte)value);

    public void U16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), checked((ushort)value));

    public void U32(long value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), checked((uint)value));

    public void I32(long value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), checked((int)value));

    public void I64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void U64(long value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), checked((ulong)value));

    public void Flag(bool value) => U8(value ? 1 : 0);

    public void Milliseconds(TimeSpan value) => U32(value.Ticks / TimeSpan.TicksPerMillisecond);

    public void Microseconds(TimeSpan value) => U64(value.Ticks / TimeSpan.TicksPerMicrosecond);

    public void Time(DateTimeOffset value) => U64(value.ToUnixTimeMilliseconds());

    public void Digest(Digest value) => Bytes(Convert.FromHexString(value.Hex));

    public void Task(TaskId value) => Bytes(Convert.FromHexString(value.Hex));

    public void Name(string value)
    {
        U8(value.Length);
        Encoding.ASCII.GetBytes(value, Take(value.Length));
    }

    public void Bytes16(ReadOnlySpan<byte> value)
    {
        U16(value.Length);
        Bytes(value);
    }

    public void Text(string value) => Bytes16(Encoding.UTF8.GetBytes(value));

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    private Span<byte> Take(int count)
    {
        var span = buffer.Slice(Length, count);
        Length += count;
        return span;
    }
}
