namespace Fog.Conformance.Mathematics;

/// <summary>Exact values of the functions, to about 100 bits, over the whole range of doubles.</summary>
/// <param name="Power">The value is Value · 2^Power, so that it may lie beyond the range of doubles.</param>
internal readonly record struct Exact(DoubleDouble Value, int Power = 0)
{
    public static implicit operator Exact(DoubleDouble value) => new(value);

    /// <summary>Distance of a double from this, in units of the last place of a double of this magnitude.</summary>
    public double UlpsFrom(double result) => UlpsFrom(result, 53, 1024);

    /// <summary>The same for a float.</summary>
    public double UlpsFrom(float result) => UlpsFrom(result, 24, 128);

    private double UlpsFrom(double result, int digits, int powerMax)
    {
        if (Value.High == 0) return result == 0 ? 0 : double.PositiveInfinity;
        if (double.IsNaN(result)) return double.PositiveInfinity;
        var magnitude = System.Math.ILogB(Value.High);
        if (System.Math.ScaleB(System.Math.Abs(Value.High), -magnitude) == 1 && (Value.Low < 0) == (Value.High > 0) && Value.Low != 0) magnitude--;
        magnitude += Power;
        if (magnitude >= powerMax || (double.IsInfinity(result) && magnitude == powerMax - 1)) return double.IsInfinity(result) ? 0 : double.PositiveInfinity;
        var ulp = System.Math.Max(magnitude + 1 - digits, 3 - powerMax - digits);

        // The smallest float is 2^-149, the smallest double 2^-1074. Both in units of the last place; the result in two steps, since 2^1074 is no double.
        var scaled = Value.Scale(Power - ulp);
        var half = -ulp / 2;
        return System.Math.Abs((System.Math.ScaleB(System.Math.ScaleB(result, half), -ulp - half) - scaled.High) - scaled.Low);
    }

    public static Exact Exp(double x)
    {
        var (value, power) = DoubleDouble.Exp(x);
        return new(value, power);
    }

    public static Exact Log(double x) => DoubleDouble.Log(NearOne(x, out var power), power);

    public static Exact Log2(double x) => (DoubleDouble.Log(NearOne(x, out var power)) / DoubleDouble.Ln2) + power;

    public static Exact Log10(double x) => DoubleDouble.Log(NearOne(x, out var power), power) / DoubleDouble.Ln10;

    /// <summary>x > 0</summary>
    public static Exact Pow(double x, double y)
    {
        var exponent = DoubleDouble.Log(NearOne(x, out var power), power) * y;
        var (value, shift) = DoubleDouble.Exp(exponent);
        return new(value, shift);
    }

    public static Exact Sin(double x)
    {
        var (quadrant, r) = Reduced(x);
        var (sine, cosine) = DoubleDouble.SinCos(r);
        var value = (quadrant & 1) == 0 ? sine : cosine;
        return (quadrant & 2) == 0 ? value : -value;
    }

    public static Exact Cos(double x)
    {
        var (quadrant, r) = Reduced(x);
        var (sine, cosine) = DoubleDouble.SinCos(r);
        var value = (quadrant & 1) == 0 ? cosine : sine;
        return quadrant is 0 or 3 ? value : -value;
    }

    public static Exact Tan(double x)
    {
        var (quadrant, r) = Reduced(x);
        var (sine, cosine) = DoubleDouble.SinCos(r);
        return (quadrant & 1) == 0 ? sine / cosine : -(cosine / sine);
    }

    public static Exact Asin(double x) => System.Math.Abs(x) <= 0.7
        ? DoubleDouble.Atan(x / DoubleDouble.Sqrt(DoubleDouble.One - ((DoubleDouble)x * x)))
        : Signed(DoubleDouble.HalfPi - Acute(System.Math.Abs(x)), x);

    public static Exact Acos(double x) => x >= 0.7 ? Acute(x)
        : x <= -0.7 ? DoubleDouble.HalfPi.Scale(1) - Acute(-x)
        : DoubleDouble.HalfPi - DoubleDouble.Atan(x / DoubleDouble.Sqrt(DoubleDouble.One - ((DoubleDouble)x * x)));

    public static Exact Atan(double x) => Atan2(x, 1);

    /// <summary>x and y finite, neither so small against the other that the quotient vanishes.</summary>
    public static Exact Atan2(double y, double x)
    {
        var (ax, ay) = (System.Math.Abs(x), System.Math.Abs(y));
        var angle = ay <= ax ? DoubleDouble.Atan((DoubleDouble)ay / ax) : DoubleDouble.HalfPi - DoubleDouble.Atan((DoubleDouble)ax / ay);
        return Signed(x < 0 ? DoubleDouble.HalfPi.Scale(1) - angle : angle, y);
    }

    public static Exact Sinh(double x)
    {
        if (System.Math.Abs(x) < 0.3)
        {
            var z = (DoubleDouble)x * x;
            DoubleDouble term = x, sum = x;
            for (var k = 2; k < 24; k += 2) sum += term = term * z / (k * (k + 1));
            return sum;
        }

        var (value, power) = DoubleDouble.Exp(System.Math.Abs(x));
        var inverse = power > 100 ? 0 : (DoubleDouble.One / value).Scale(-2 * power);
        return new(Signed(value - inverse, x), power - 1);
    }

    public static Exact Cosh(double x)
    {
        var (value, power) = DoubleDouble.Exp(System.Math.Abs(x));
        return new(value + (power > 100 ? 0 : (DoubleDouble.One / value).Scale(-2 * power)), power - 1);
    }

    public static Exact Tanh(double x)
    {
        if (System.Math.Abs(x) > 300) return Signed(1, x);
        if (System.Math.Abs(x) > 40) return Signed(DoubleDouble.One - DoubleDouble.Exp(-2 * System.Math.Abs(x)).Value.Scale(DoubleDouble.Exp(-2 * System.Math.Abs(x)).Power), x);
        var (sinh, cosh) = (Sinh(x), Cosh(x));
        return sinh.Value.Scale(sinh.Power) / cosh.Value.Scale(cosh.Power);
    }

    public static Exact Asinh(double x)
    {
        var a = System.Math.Abs(x);
        if (a > 1e100) return Signed(DoubleDouble.Log(NearOne(a, out var power), power + 1), x);
        var root = DoubleDouble.Sqrt(DoubleDouble.One + ((DoubleDouble)a * a));
        return Signed(a < 0.3 ? DoubleDouble.AtanhSeries(a / (DoubleDouble.One + root)).Scale(1) : LogOf(a + root), x);
    }

    public static Exact Acosh(double x)
    {
        if (x > 1e100) return DoubleDouble.Log(NearOne(x, out var power), power + 1);
        if (x < 1.05) return DoubleDouble.AtanhSeries(DoubleDouble.Sqrt(((DoubleDouble)x - DoubleDouble.One) / (x + DoubleDouble.One))).Scale(1);
        return LogOf(x + DoubleDouble.Sqrt(((DoubleDouble)x * x) - DoubleDouble.One));
    }

    public static Exact Atanh(double x) => System.Math.Abs(x) < 0.2
        ? DoubleDouble.AtanhSeries(x)
        : LogOf((DoubleDouble.One + x) / (DoubleDouble.One - x)).Scale(-1);

    public static Exact Cbrt(double x)
    {
        var a = Normal(System.Math.Abs(x), out var power);
        var shift = ((power % 3) + 3) % 3;
        a = System.Math.ScaleB(a, shift);
        DoubleDouble root = System.Math.Cbrt(a);
        root -= ((root * root * root) - a) / (root * root * 3);
        return new(Signed(root, x), (power - shift) / 3);
    }

    private static DoubleDouble LogOf(DoubleDouble x)
    {
        NearOne(x.High, out var power);
        return DoubleDouble.Log(x.Scale(-power), power);
    }

    // π/2 − asin x for x near 1, without cancellation.
    private static DoubleDouble Acute(double x)
    {
        var t = DoubleDouble.Sqrt((DoubleDouble.One - x) / (DoubleDouble.One + x));
        return DoubleDouble.Atan(t).Scale(1);
    }

    private static DoubleDouble Signed(DoubleDouble value, double sign) => sign < 0 ? -value : value;

    private static (int Quadrant, DoubleDouble Angle) Reduced(double x)
    {
        if (System.Math.Abs(x) <= 0.785) return (0, x);
        var (quadrant, rest) = Real.Reduce(x);
        return (quadrant & 3, rest.ToDoubleDouble());
    }

    /// <summary>x = result · 2^power with result from 0.7 to 1.4, so that a logarithm near 0 is no difference.</summary>
    private static double NearOne(double x, out int power)
    {
        var result = Normal(x, out power);
        if (result < 1.4) return result;
        power++;
        return result / 2;
    }

    /// <summary>x = result · 2^power with result from 1 to 2.</summary>
    private static double Normal(double x, out int power)
    {
        power = System.Math.ILogB(x);
        var half = -power / 2;
        return System.Math.ScaleB(System.Math.ScaleB(x, half), -power - half);
    }
}
