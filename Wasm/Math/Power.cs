namespace Fog.Wasm.Math;

/// <summary>xʸ = e^(y ln x), with the logarithm and the product to about 64 bits; roots.</summary>
public static partial class DeterministicMath
{
    public static double Pow(double x, double y)
    {
        if (x == 1 || y == 0) return 1;
        if (double.IsNaN(x) || double.IsNaN(y)) return double.NaN;
        var a = System.Math.Abs(x);
        if (System.Math.Abs(y) == double.PositiveInfinity) return a == 1 ? 1 : (a > 1) == (y > 0) ? double.PositiveInfinity : 0;
        var whole = System.Math.Floor(y) == y;
        var odd = whole && System.Math.Floor(0.5 * y) * 2 != y;
        var negative = odd && BitConverter.DoubleToInt64Bits(x) < 0;
        double result;
        if (a == 0 || a == double.PositiveInfinity)
        {
            result = (a == 0) == (y < 0) ? double.PositiveInfinity : 0;
        }
        else
        {
            if (x < 0 && !whole) return double.NaN;
            var (high, low) = Logarithm(a, 0);
            var exponent = y * high;
            if (exponent > 710) result = double.PositiveInfinity;
            else if (exponent < -746) result = 0;
            else result = Exponential(exponent, ProductTail(y, high, exponent) + (y * low));
        }

        return negative ? -result : result;
    }

    public static double Cbrt(double d)
    {
        var a = System.Math.Abs(d);
        if (a == 0 || !(a < double.PositiveInfinity)) return d;
        var exponent = 0;
        if (a < 2.2250738585072014E-308)
        {
            a *= 18014398509481984.0;
            exponent = -18;
        }

        // a = m · 2^(3 e) with m from 1 to 8
        var bits = BitConverter.DoubleToInt64Bits(a);
        var e = ((int)(bits >> 52) - 1023 + 1200) / 3 - 400;
        var m = a * PowerOfTwo(-3 * e / 2) * PowerOfTwo(-3 * e - (-3 * e / 2));

        // Halley's iteration triples the digits: 4, 14, 43, 53.
        var t = 0.72 + (0.28 * m) - (0.0155 * m * m);
        for (var i = 0; i < 3; i++)
        {
            var cube = t * t * t;
            t *= (cube + (2 * m)) / ((2 * cube) + m);
        }

        // One step of Newton's with the remainder m − t³ taken exactly.
        var square = t * t;
        var squareLow = ProductTail(t, t, square);
        var third = square * t;
        var remainder = (m - third) - ProductTail(square, t, third) - (squareLow * t);
        return CopySign((t + (remainder / (3 * square))) * PowerOfTwo(e + exponent), d);
    }
}
