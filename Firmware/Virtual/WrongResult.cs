using System.Security.Cryptography;

namespace Fog.Firmware.Virtual;

/// <summary>Makes a wrong canonical result (docs/values.md) out of a right one.</summary>
internal static class WrongResult
{
    private const int Kind = 1;
    private const int Tag = 2;
    private const byte Value = 0;
    private const byte Trap = 1;
    private const byte VoidTag = 0;
    private const byte BoolTag = 1;
    private const byte F32Tag = 11;
    private const byte F64Tag = 12;
    private const byte StringTag = 13;
    private const byte ArrayBit = 0x80;

    /// <summary>
    /// The same kind of value with its first element changed; where there is none to change, a trap that did not
    /// happen. Two liars with the same <paramref name="salt"/> say the same.
    /// </summary>
    public static byte[] Of(byte[] right, byte[] salt)
    {
        var pattern = Pattern(salt);
        var tag = right[Tag];
        var isSequence = tag == StringTag || (tag & ArrayBit) != 0;
        var element = isSequence ? Tag + 5 : Tag + 1;
        if (right[Kind] != Value || tag == VoidTag || (isSequence && right.AsSpan(Tag + 1, 4).IndexOfAnyExcept((byte)0) < 0))
            return [1, Trap, 1, pattern, 0, 0, 0, pattern, 1, 0, 0];
        var wrong = (byte[])right.Clone();
        switch (tag & ~ArrayBit)
        {
            case BoolTag:
                wrong[element] ^= 1;
                break;
            case F32Tag:
                Disturb(wrong.AsSpan(element, 4), pattern);
                break;
            case F64Tag:
                Disturb(wrong.AsSpan(element, 8), pattern);
                break;
            default:
                wrong[element] ^= pattern;
                break;
        }

        return wrong;
    }

    // Not zero, so that the value does change.
    private static byte Pattern(byte[] salt) => (byte)(1 + SHA256.HashData(salt)[0] % 255);

    // The lowest bits of the fraction; infinity and NaN become a small number instead, since NaN has one encoding only.
    private static void Disturb(Span<byte> bits, byte pattern)
    {
        var isSpecial = bits.Length == 4
            ? (bits[3] & 0x7F) == 0x7F && (bits[2] & 0x80) != 0
            : (bits[7] & 0x7F) == 0x7F && (bits[6] & 0xF0) == 0xF0;
        if (isSpecial)
            bits.Clear();
        bits[0] ^= pattern;
    }
}
