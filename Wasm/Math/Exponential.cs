namespace Fog.Wasm.Math;

/// <summary>eˣ = 2ⁿ · eʳ with |r| ≤ ln 2 / 2, and what is built from it.</summary>
public static partial class DeterministicMath
{
    private const double Log2OfE = 1.4426950408889634;

    // ln 2 in two parts; the first ends in 32 zero bits, so that its product with an exponent is exact.
    private const double Ln2High = 0.6931467056274414;
    private const double Ln2Low = 4.7493250390316726e-07;

    public static double Exp(double d)
    {
        if (double.IsNaN(d)) return d;
        if (d > 709.782712893384) return double.PositiveInfinity;
        if (d < -745.1332191019412) return 0;
        return Exponential(d, 0);
    }

    public static double Sinh(double value)
    {
        var a = System.Math.Abs(value);
        if (a < 3.725290298461914E-09) return value;
        if (a < 1)
        {
            var z = value * value;
            return value + (value * z * (0.16666666666666666 + (z * (0.008333333333333333 + (z * (0.00019841269841269773
                + (z * (2.755731922404061e-06 + (z * (2.5052108363972185e-08 + (z * (1.6059048410081293e-10
                + (z * (7.646624280324513e-13 + (z * 2.8445596736423237e-15)))))))))))))));
        }

        if (double.IsNaN(value)) return value;
        if (a > 711) return value * double.PositiveInfinity;
        var (n, r, tail) = ReduceExponent(a, 0);
        tail += ExponentialTail(r, tail);
        var high = 1 + r;
        var low = (1 - high) + r + tail;
        var grown = ScaleB(high + low, n - 1);
        if (n > 60) return CopySign(grown, value);
        var growth = 0.5 * PowerOfTwo(n);
        var shrunk = 0.25 / grown;
        var result = (high * growth) - shrunk;
        return CopySign(result + ((((high * growth) - result) - shrunk) + (low * growth)), value);
    }

    public static double Cosh(double value)
    {
        var a = System.Math.Abs(value);
        if (double.IsNaN(value)) return value;
        if (a > 711) return double.PositiveInfinity;
        var (n, r, tail) = ReduceExponent(a, 0);
        tail += ExponentialTail(r, tail);
        var high = 1 + r;
        var low = (1 - high) + r + tail;
        var grown = ScaleB(high + low, n - 1);
        if (n > 60) return grown;
        var growth = 0.5 * PowerOfTwo(n);
        var shrunk = 0.25 / grown;
        var result = (high * growth) + shrunk;
        return result + ((((high * growth) - result) + shrunk) + (low * growth));
    }

    /// <summary>(e²ˣ − 1) / (e²ˣ + 1), with the numerator to more than double precision.</summary>
    public static double Tanh(double value)
    {
        var a = System.Math.Abs(value);
        if (a < 3.725290298461914E-09 || double.IsNaN(value)) return value;
        if (a > 22) return CopySign(1, value);
        var (n, r, tail) = ReduceExponent(2 * a, 0);
        tail += ExponentialTail(r, tail);
        var growth = PowerOfTwo(n);
        var more = growth * (r + tail);
        var less = growth - 1;
        var high = less + more;
        var low = (less - high) + more + (growth * ((r - (r + tail)) + tail));
        var sum = high + 2;
        var sumLow = high > 2 ? (high - sum) + 2 + low : (2 - sum) + high + low;
        var quotient = high / sum;
        return CopySign(quotient + QuotientTail(high, low, sum, sumLow, quotient), value);
    }

    /// <summary>e^(high + low), where the result neither overflows nor vanishes.</summary>
    private static double Exponential(double high, double low)
    {
        var (n, r, tail) = ReduceExponent(high, low);
        return ScaleB(1 + (r + (tail + ExponentialTail(r, tail))), n);
    }

    /// <summary>high + low = n · ln 2 + r + tail.</summary>
    private static (int N, double R, double Tail) ReduceExponent(double high, double low)
    {
        var n = System.Math.Round(high * Log2OfE);
        var h = high - (n * Ln2High);
        var l = low - (n * Ln2Low);
        var r = h + l;
        return ((int)n, r, (h - r) + l);
    }

    /// <summary>e^(r + tail) − 1 − r − tail.</summary>
    private static double ExponentialTail(double r, double tail) =>
        (r * r * (0.5 + (r * (0.1666666666666667 + (r * (0.04166666666666667 + (r * (0.008333333333325985
            + (r * (0.0013888888888883642 + (r * (0.00019841269875342141 + (r * (2.4801587325920163e-05
            + (r * (2.7557254740405416e-06 + (r * (2.7557273171941026e-07 + (r * (2.5105490906986696e-08
            + (r * 2.091488256348507e-09)))))))))))))))))))))
        + (r * tail);
}
