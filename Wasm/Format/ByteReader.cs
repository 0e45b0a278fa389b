using System.Text;

namespace Fog.Wasm.Format;

/// <summary>
/// Reads the primitives of the binary format from a window of a module; every read is checked against the window.
/// </summary>
internal sealed class ByteReader(byte[] bytes, int start, int end)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Byte offset into the module.</summary>
    public int Position { get; private set; } = start;

    public int End { get; } = end;

    public bool AtEnd => Position == End;

    public ModuleException Error(ModuleError error, string detail) => new(error, Position, detail);

    public byte Byte()
    {
        if (Position >= End) throw Error(ModuleError.UnexpectedEnd, "a byte is missing");
        return bytes[Position++];
    }

    public byte Peek() => Position < End ? bytes[Position] : throw Error(ModuleError.UnexpectedEnd, "a byte is missing");

    public byte[] Bytes(int count)
    {
        if (count > End - Position) throw Error(ModuleError.UnexpectedEnd, $"{count} bytes announced, {End - Position} left");
        var part = new byte[count];
        Array.Copy(bytes, Position, part, 0, count);
        Position += count;
        return part;
    }

    /// <summary>A window of the next <paramref name="count"/> bytes, which this reader skips.</summary>
    public ByteReader Window(int count)
    {
        if (count > End - Position) throw Error(ModuleError.UnexpectedEnd, $"{count} bytes announced, {End - Position} left");
        var window = new ByteReader(bytes, Position, Position + count);
        Position += count;
        return window;
    }

    public uint U32()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = Byte();
            if (shift == 28 && (b & 0x80) != 0) throw Error(ModuleError.IntegerTooLong, "u32");
            if (shift == 28 && (b & 0x70) != 0) throw Error(ModuleError.IntegerTooLarge, "u32");
            value |= (uint)(b & 0x7F) << shift;
            if ((b & 0x80) == 0) return value;
        }

        throw Error(ModuleError.IntegerTooLong, "u32");
    }

    /// <summary>A signed integer of 32, 33 or 64 bits.</summary>
    public long Signed(int bits)
    {
        long value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = Byte();
            var bitsLeft = bits - shift;
            if (bitsLeft <= 7)
            {
                if ((b & 0x80) != 0) throw Error(ModuleError.IntegerTooLong, $"s{bits}");

                // The bits above the last one that counts must repeat the sign.
                var sign = (b << 25 >> 25) >> (bitsLeft - 1);
                if (sign is not (0 or -1)) throw Error(ModuleError.IntegerTooLarge, $"s{bits}");
            }

            value |= (long)(b & 0x7F) << shift;
            if ((b & 0x80) == 0)
            {
                var unused = 64 - (shift + 7);
                return unused > 0 ? value << unused >> unused : value;
            }
        }
    }

    /// <summary>Little-endian.</summary>
    public ulong Fixed(int byteCount)
    {
        ulong value = 0;
        for (var i = 0; i < byteCount; i++) value |= (ulong)Byte() << (8 * i);
        return value;
    }

    /// <summary>An index; whether it names anything is for the validator to say.</summary>
    public int Index()
    {
        var value = U32();
        return value <= int.MaxValue ? (int)value : int.MaxValue;
    }

    /// <summary>A count whose entries take at least a byte each, checked before anything is allocated for them.</summary>
    public int Count(string what, int max = ModuleLimits.SectionEntriesMax)
    {
        var count = U32();
        if (count > (uint)(End - Position)) throw Error(ModuleError.UnexpectedEnd, $"{count} {what} announced, {End - Position} bytes left");
        if (count > (uint)max) throw Error(ModuleError.LimitExceeded, $"{count} {what}, at most {max}");
        return (int)count;
    }

    public string Name()
    {
        var length = U32();
        if (length > (uint)(End - Position)) throw Error(ModuleError.UnexpectedEnd, $"a name of {length} bytes, {End - Position} left");
        if (length > ModuleLimits.NameBytesMax) throw Error(ModuleError.LimitExceeded, $"a name of {length} bytes, at most {ModuleLimits.NameBytesMax}");
        try
        {
            return StrictUtf8.GetString(Bytes((int)length));
        }
        catch (DecoderFallbackException)
        {
            throw Error(ModuleError.MalformedUtf8, "a name");
        }
    }
}
