// Integer arithmetic that throws on overflow. In the prelude, operators are unchecked and conversions truncate.
namespace Fog.Wasm.Compiler.Prelude;

internal static class Checked
{
    public static int Add(int a, int b)
    {
        var sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) throw new OverflowException();
        return sum;
    }

    public static int Subtract(int a, int b)
    {
        var difference = a - b;
        if (((a ^ b) & (a ^ difference)) < 0) throw new OverflowException();
        return difference;
    }

    public static int Negate(int a)
    {
        if (a == int.MinValue) throw new OverflowException();
        return -a;
    }

    public static long Add(long a, long b)
    {
        var sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) throw new OverflowException();
        return sum;
    }

    public static long Subtract(long a, long b)
    {
        var difference = a - b;
        if (((a ^ b) & (a ^ difference)) < 0) throw new OverflowException();
        return difference;
    }

    public static long Negate(long a)
    {
        if (a == long.MinValue) throw new OverflowException();
        return -a;
    }

    public static uint Add(uint a, uint b)
    {
        var sum = a + b;
        if (sum < a) throw new OverflowException();
        return sum;
    }

    public static uint Subtract(uint a, uint b)
    {
        if (a < b) throw new OverflowException();
        return a - b;
    }

    public static ulong Add(ulong a, ulong b)
    {
        var sum = a + b;
        if (sum < a) throw new OverflowException();
        return sum;
    }

    public static ulong Subtract(ulong a, ulong b)
    {
        if (a < b) throw new OverflowException();
        return a - b;
    }

    public static int Multiply(int a, int b) => ToInt32((long)a * b);

    public static uint Multiply(uint a, uint b)
    {
        var product = (ulong)a * b;
        if (product > uint.MaxValue) throw new OverflowException();
        return (uint)product;
    }

    public static long Multiply(long a, long b)
    {
        var product = a * b;

        // The division itself overflows for long.MinValue / -1, which is the one case it cannot tell.
        if (a != 0 && ((a == -1 && b == long.MinValue) || product / a != b)) throw new OverflowException();
        return product;
    }

    public static ulong Multiply(ulong a, ulong b)
    {
        var product = a * b;
        if (a != 0 && product / a != b) throw new OverflowException();
        return product;
    }

    public static sbyte ToSByte(long value)
    {
        if (value < sbyte.MinValue || value > sbyte.MaxValue) throw new OverflowException();
        return (sbyte)value;
    }

    public static byte ToByte(long value)
    {
        if (value < byte.MinValue || value > byte.MaxValue) throw new OverflowException();
        return (byte)value;
    }

    public static short ToInt16(long value)
    {
        if (value < short.MinValue || value > short.MaxValue) throw new OverflowException();
        return (short)value;
    }

    public static ushort ToUInt16(long value)
    {
        if (value < ushort.MinValue || value > ushort.MaxValue) throw new OverflowException();
        return (ushort)value;
    }

    public static char ToChar(long value)
    {
        if (value < char.MinValue || value > char.MaxValue) throw new OverflowException();
        return (char)value;
    }

    public static int ToInt32(long value)
    {
        if (value < int.MinValue || value > int.MaxValue) throw new OverflowException();
        return (int)value;
    }

    public static uint ToUInt32(long value)
    {
        if (value < uint.MinValue || value > uint.MaxValue) throw new OverflowException();
        return (uint)value;
    }

    /// <summary>Between long and ulong, either way.</summary>
    public static long SameSign(long value)
    {
        if (value < 0) throw new OverflowException();
        return value;
    }
}
