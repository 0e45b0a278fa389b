namespace Fog.Wasm.Math;

/// <summary>The operator % on floating point, and its relative.</summary>
public static partial class DeterministicMath
{
    /// <summary>x − y · truncate(x / y), exactly: what <c>%</c> means in C#.</summary>
    public static double Remainder(double x, double y)
    {
        var ax = System.Math.Abs(x);
        var ay = System.Math.Abs(y);
        if (!(ax < double.PositiveInfinity) || !(ay > 0)) return double.NaN;
        if (ax < ay) return x;
        var xBits = BitConverter.DoubleToInt64Bits(ax);
        var yBits = BitConverter.DoubleToInt64Bits(ay);
        var xExponent = (int)(xBits >> 52);
        var yExponent = (int)(yBits >> 52);
        var rest = (ulong)(xBits & 0xFFFFFFFFFFFFF);
        var divisor = (ulong)(yBits & 0xFFFFFFFFFFFFF);
        if (xExponent == 0) xExponent = 1;
        else rest |= 0x10000000000000;
        if (yExponent == 0) yExponent = 1;
        else divisor |= 0x10000000000000;

        // Long division, eleven digits at a time: rest < divisor < 2⁵³.
        rest %= divisor;
        for (var digits = xExponent - yExponent; digits > 0 && rest != 0; digits -= 11)
        {
            rest = (rest << (digits < 11 ? digits : 11)) % divisor;
        }

        return CopySign(ScaleB((double)(long)rest, yExponent - 1075), x);
    }

    /// <summary>x − y · n, n the integer nearest to x / y, halves to even; exact.</summary>
    public static double IEEERemainder(double x, double y)
    {
        if (!(System.Math.Abs(x) < double.PositiveInfinity) || !(System.Math.Abs(y) > 0)) return double.NaN;
        var ay = System.Math.Abs(y);
        if (ay == double.PositiveInfinity) return x;
        var rest = System.Math.Abs(x);
        if (ay <= 8.98846567431158E+307) rest = Remainder(rest, ay + ay);
        if (ay < 4.450147717014403E-308)
        {
            if (rest + rest > ay)
            {
                rest -= ay;
                if (rest + rest >= ay) rest -= ay;
            }
        }
        else
        {
            var half = 0.5 * ay;
            if (rest > half)
            {
                rest -= ay;
                if (rest >= half) rest -= ay;
            }
        }

        return BitConverter.DoubleToInt64Bits(x) < 0 ? -rest : rest;
    }
}
