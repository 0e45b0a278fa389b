namespace Fog.Wasm.Math;

/// <summary>Logarithms, all from one to about 64 bits: x = 2ᵏ · m, ln m = 2 artanh((m − 1) / (m + 1)).</summary>
public static partial class DeterministicMath
{
    public static double Log(double d)
    {
        if (!(d > 0)) return d == 0 ? double.NegativeInfinity : double.NaN;
        if (d == double.PositiveInfinity) return d;
        var (high, _) = Logarithm(d, 0);
        return high;
    }

    public static double Log2(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (x == double.PositiveInfinity) return x;
        var (high, low) = Logarithm(x, 0);
        return Scaled(high, low, Log2OfE, 2.0355273740931033e-17);
    }

    public static double Log10(double d)
    {
        if (!(d > 0)) return d == 0 ? double.NegativeInfinity : double.NaN;
        if (d == double.PositiveInfinity) return d;
        var (high, low) = Logarithm(d, 0);
        return Scaled(high, low, 0.4342944819032518, 1.098319650216765e-17);
    }

    public static double Log(double a, double newBase)
    {
        if (double.IsNaN(a) || double.IsNaN(newBase) || newBase == 1) return double.NaN;
        if (a != 1 && (newBase == 0 || newBase == double.PositiveInfinity)) return double.NaN;
        return Log(a) / Log(newBase);
    }

    public static double Asinh(double d)
    {
        var a = System.Math.Abs(d);
        if (!(a >= 3.725290298461914E-09) || a == double.PositiveInfinity) return d;
        if (a > 1e10) return CopySign(LogarithmOfTwice(a), d);

        // ln(a + √(a² + 1))
        var square = a * a;
        var squareLow = ProductTail(a, a, square);
        var sum = square + 1;
        var (root, rootLow) = SquareRoot(sum, square > 1 ? (square - sum) + 1 + squareLow : (1 - sum) + square + squareLow);
        sum = root + a;
        var (high, _) = Logarithm(sum, (root - sum) + a + rootLow);
        return CopySign(high, d);
    }

    public static double Acosh(double d)
    {
        if (!(d >= 1)) return double.NaN;
        if (d == double.PositiveInfinity) return d;
        if (d > 1e10) return LogarithmOfTwice(d);

        // ln(x + √(x² − 1))
        var square = d * d;
        var difference = square - 1;
        var (root, rootLow) = SquareRoot(difference, (square - difference) - 1 + ProductTail(d, d, square));
        var sum = d + root;
        var (high, _) = Logarithm(sum, (d - sum) + root + rootLow);
        return high;
    }

    public static double Atanh(double d)
    {
        var a = System.Math.Abs(d);
        if (a < 3.725290298461914E-09) return d;
        if (!(a < 1)) return a == 1 ? d * double.PositiveInfinity : double.NaN;

        // ½ ln((1 + a) / (1 − a))
        var sum = 1 + a;
        var sumLow = (1 - sum) + a;
        var difference = 1 - a;
        var differenceLow = (1 - difference) - a;
        var quotient = sum / difference;
        var (high, _) = Logarithm(quotient, QuotientTail(sum, sumLow, difference, differenceLow, quotient));
        return CopySign(0.5 * high, d);
    }

    /// <summary>ln(2x), also where 2x overflows.</summary>
    private static double LogarithmOfTwice(double x)
    {
        var (high, low) = Logarithm(x, 0);
        var sum = high + 0.6931471805599453;
        return sum + ((high - sum) + 0.6931471805599453 + low);
    }

    /// <summary>(high + low) · (factor + factorLow), rounded once.</summary>
    private static double Scaled(double high, double low, double factor, double factorLow)
    {
        var product = high * factor;
        return product + (ProductTail(high, factor, product) + (high * factorLow) + (low * factor));
    }

    /// <summary>ln(x + low) for finite x > 0 and |low| at most an ulp of x.</summary>
    private static (double High, double Low) Logarithm(double x, double low)
    {
        var k = 0;
        if (x < 2.2250738585072014E-308)
        {
            x *= 18014398509481984.0;
            k = -54;
        }

        // m = x · 2⁻ᵏ between √½ and √2.
        var bits = BitConverter.DoubleToInt64Bits(x) + (0x3FF0000000000000 - 0x3FE6A09E00000000);
        k += (int)(bits >> 52) - 1023;
        var f = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) + 0x3FE6A09E00000000) - 1;
        if (low != 0) low = ScaleB(low, -k);

        // s = (m − 1) / (m + 1) and z = s²
        var sum = 2 + f;
        var sumLow = (2 - sum) + f + low;
        var s = f / sum;
        var sLow = QuotientTail(f, low, sum, sumLow, s);
        var z = s * s;
        var zLow = ProductTail(s, s, z) + (2 * s * sLow);

        // ln m = 2s + s·z·c with c = 2/3 + 2/5 z + …
        var q = z * (0.4 + (z * (0.2857142857142937 + (z * (0.22222222221654733 + (z * (0.1818181833565416
            + (z * (0.15384594934597917 + (z * (0.13334806212100603 + (z * (0.11706195689881364
            + (z * 0.11723603622905411))))))))))))));
        var c = 0.6666666666666666 + q;
        var cLow = (0.6666666666666666 - c) + q + 3.700743415417188e-17;
        var t = z * c;
        var tLow = ProductTail(z, c, t) + (zLow * c) + (z * cLow);
        var u = s * t;
        var uLow = ProductTail(s, t, u) + (sLow * t) + (s * tLow);
        var twice = 2 * s;
        var h = twice + u;
        var l = (twice - h) + u + ((2 * sLow) + uLow);

        var scale = k * Ln2High;
        var total = scale + h;
        l += (k == 0 ? 0 : (scale - total) + h) + (k * Ln2Low);
        var result = total + l;
        return (result, (total - result) + l);
    }
}
