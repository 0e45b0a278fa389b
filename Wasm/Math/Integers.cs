namespace Fog.Wasm.Math;

/// <summary>The integer members.</summary>
public static partial class DeterministicMath
{
    public static sbyte Abs(sbyte value) => value < 0 ? checked((sbyte)-value) : value;

    public static short Abs(short value) => value < 0 ? checked((short)-value) : value;

    public static int Abs(int value) => value < 0 ? checked(-value) : value;

    public static long Abs(long value) => value < 0 ? checked(-value) : value;

    public static sbyte Min(sbyte val1, sbyte val2) => val1 <= val2 ? val1 : val2;

    public static sbyte Max(sbyte val1, sbyte val2) => val1 >= val2 ? val1 : val2;

    public static sbyte Clamp(sbyte value, sbyte min, sbyte max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static byte Min(byte val1, byte val2) => val1 <= val2 ? val1 : val2;

    public static byte Max(byte val1, byte val2) => val1 >= val2 ? val1 : val2;

    public static byte Clamp(byte value, byte min, byte max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static short Min(short val1, short val2) => val1 <= val2 ? val1 : val2;

    public static short Max(short val1, short val2) => val1 >= val2 ? val1 : val2;

    public static short Clamp(short value, short min, short max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static ushort Min(ushort val1, ushort val2) => val1 <= val2 ? val1 : val2;

    public static ushort Max(ushort val1, ushort val2) => val1 >= val2 ? val1 : val2;

    public static ushort Clamp(ushort value, ushort min, ushort max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static int Min(int val1, int val2) => val1 <= val2 ? val1 : val2;

    public static int Max(int val1, int val2) => val1 >= val2 ? val1 : val2;

    public static int Clamp(int value, int min, int max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static uint Min(uint val1, uint val2) => val1 <= val2 ? val1 : val2;

    public static uint Max(uint val1, uint val2) => val1 >= val2 ? val1 : val2;

    public static uint Clamp(uint value, uint min, uint max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static long Min(long val1, long val2) => val1 <= val2 ? val1 : val2;

    public static long Max(long val1, long val2) => val1 >= val2 ? val1 : val2;

    public static long Clamp(long value, long min, long max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static ulong Min(ulong val1, ulong val2) => val1 <= val2 ? val1 : val2;

    public static ulong Max(ulong val1, ulong val2) => val1 >= val2 ? val1 : val2;

    public static ulong Clamp(ulong value, ulong min, ulong max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        return value > max ? max : value;
    }

    public static int Sign(sbyte value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static int Sign(short value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static int Sign(int value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static int Sign(long value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static long BigMul(int a, int b) => (long)a * b;

    public static (int Quotient, int Remainder) DivRem(int left, int right)
    {
        var quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static (uint Quotient, uint Remainder) DivRem(uint left, uint right)
    {
        var quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static (long Quotient, long Remainder) DivRem(long left, long right)
    {
        var quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static (ulong Quotient, ulong Remainder) DivRem(ulong left, ulong right)
    {
        var quotient = left / right;
        return (quotient, left - (quotient * right));
    }
}
