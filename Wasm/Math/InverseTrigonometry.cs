namespace Fog.Wasm.Math;

/// <summary>The inverse functions are all the angle of a point, which is computed to more than double precision.</summary>
public static partial class DeterministicMath
{
    private const double HalfPiHigh = 1.5707963267948966;
    private const double HalfPiLow = 6.123233995736766e-17;

    public static double Atan(double d)
    {
        var a = System.Math.Abs(d);
        if (a < 7.450580596923828E-09 || double.IsNaN(d)) return d;
        if (a > 18446744073709551616.0) return CopySign(HalfPiHigh, d);
        var (high, _) = Angle(a, 0, 1, 0);
        return CopySign(high, d);
    }

    public static double Asin(double d)
    {
        var a = System.Math.Abs(d);
        if (a < 7.450580596923828E-09) return d;
        if (!(a <= 1)) return double.NaN;
        var (other, otherLow) = OtherLeg(a);
        var (high, _) = Angle(a, 0, other, otherLow);
        return CopySign(high, d);
    }

    public static double Acos(double d)
    {
        var a = System.Math.Abs(d);
        if (!(a <= 1)) return double.NaN;
        var (other, otherLow) = OtherLeg(a);
        var (high, low) = Angle(other, otherLow, a, 0);
        return d < 0 ? FromHalfTurn(high, low) : high;
    }

    public static double Atan2(double y, double x)
    {
        if (double.IsNaN(y) || double.IsNaN(x)) return double.NaN;
        var left = BitConverter.DoubleToInt64Bits(x) < 0;
        var ay = System.Math.Abs(y);
        var ax = System.Math.Abs(x);
        if (ay == double.PositiveInfinity && ax == double.PositiveInfinity) return CopySign(left ? 3 * QuarterPi : QuarterPi, y);
        if (ay == 0) return left ? CopySign(PI, y) : y;
        var ratio = ay / ax;
        if (ratio > 18446744073709551616.0) return CopySign(HalfPiHigh, y);
        if (ratio < 5.421010862427522E-20) return CopySign(left ? PI : ratio, y);

        // Within a factor of 2⁶⁴ of each other: away from both ends of the range, so that nothing under- or overflows.
        if (ax > 1e200)
        {
            ax *= PowerOfTwo(-400);
            ay *= PowerOfTwo(-400);
        }

        if (ax < 1e-200)
        {
            ax *= PowerOfTwo(400);
            ay *= PowerOfTwo(400);
        }

        var (high, low) = Angle(ay, 0, ax, 0);
        return CopySign(left ? FromHalfTurn(high, low) : high, y);
    }

    private static double FromHalfTurn(double high, double low)
    {
        var rest = PI - high;
        return rest + (((PI - rest) - high) + (2 * HalfPiLow - low));
    }

    /// <summary>√(1 − a²)</summary>
    private static (double High, double Low) OtherLeg(double a)
    {
        var square = a * a;
        var rest = 1 - square;
        return SquareRoot(rest, ((1 - rest) - square) - ProductTail(a, a, square));
    }

    /// <summary>The angle of the point (x + xLow, y + yLow) of the first quadrant.</summary>
    private static (double High, double Low) Angle(double y, double yLow, double x, double xLow)
    {
        var steep = y > x;
        if (steep)
        {
            var swap = y;
            y = x;
            x = swap;
            swap = yLow;
            yLow = xLow;
            xLow = swap;
        }

        // Turn back by 0, arctan ½ or π/4, so that at most a slope of ¼ remains; the differences are exact.
        var turned = 0.0;
        var turnedLow = 0.0;
        var n = y;
        var nLow = yLow;
        var d = x;
        var dLow = xLow;
        if (y >= 0.75 * x)
        {
            turned = QuarterPi;
            turnedLow = 3.061616997868383e-17;
            n = y - x;
            nLow = yLow - xLow;
            d = x + y;
            dLow = (x - d) + y + (xLow + yLow);
        }
        else if (y >= 0.25 * x)
        {
            turned = 0.4636476090008061;
            turnedLow = 2.2698777452961687e-17;
            n = y - (0.5 * x);
            nLow = yLow - (0.5 * xLow);
            d = x + (0.5 * y);
            dLow = (x - d) + (0.5 * y) + (xLow + (0.5 * yLow));
        }

        var t = n / d;
        var tLow = QuotientTail(n, nLow, d, dLow, t);
        var z = t * t;
        tLow += t * z * (-0.3333333333333333 + (z * (0.19999999999998908 + (z * (-0.14285714285248566
            + (z * (0.11111111034591717 + (z * (-0.09090902779617664 + (z * (0.07692014361999468
            + (z * (-0.06658616033318444 + (z * (0.057522433535859556 + (z * -0.04100230346350536))))))))))))))));
        var high = turned + t;
        var low = (turned == 0 ? 0 : (turned - high) + t) + (tLow + turnedLow);
        if (steep)
        {
            var rest = HalfPiHigh - high;
            low = ((HalfPiHigh - rest) - high) + (HalfPiLow - low);
            high = rest;
        }

        var sum = high + low;
        return (sum, (high - sum) + low);
    }
}
