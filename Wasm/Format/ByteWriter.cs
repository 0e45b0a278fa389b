using System.Text;

namespace Fog.Wasm.Format;

/// <summary>Appends the primitives of the binary format.</summary>
internal sealed class ByteWriter
{
    private readonly List<byte> bytes = [];

    public int Length => bytes.Count;

    public void Byte(int value) => bytes.Add((byte)value);

    public void Bytes(IEnumerable<byte> values) => bytes.AddRange(values);

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        bytes.Add((byte)value);
    }

    public void Index(int value) => Unsigned((ulong)value);

    public void Signed(long value)
    {
        while (value is < -0x40 or >= 0x40)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        bytes.Add((byte)(value & 0x7F));
    }

    /// <summary>Little-endian.</summary>
    public void Fixed(ulong value, int byteCount)
    {
        for (var i = 0; i < byteCount; i++) bytes.Add((byte)(value >> (8 * i)));
    }

    public void Name(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        Index(utf8.Length);
        bytes.AddRange(utf8);
    }

    /// <summary>A part preceded by its length in bytes.</summary>
    public void Sized(Action<ByteWriter> part)
    {
        var inner = new ByteWriter();
        part(inner);
        Index(inner.Length);
        bytes.AddRange(inner.bytes);
    }

    public byte[] ToArray() => [.. bytes];
}
