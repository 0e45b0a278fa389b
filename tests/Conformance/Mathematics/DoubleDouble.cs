namespace Fog.Conformance.Mathematics;

/// <summary>
/// A sum of two doubles, |Low| at most half an ulp of High: about 104 bits. The reference for millions of points; itself
/// held against <see cref="Real"/>, of 220 bits.
/// </summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    public static readonly DoubleDouble One = 1;
    public static readonly DoubleDouble Ln2 = Real.Ln2.ToDoubleDouble();
    public static readonly DoubleDouble Ln10 = Reference.Log(10).ToDoubleDouble();
    public static readonly DoubleDouble HalfPi = Real.Pi.Scale(-1).ToDoubleDouble();

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var (s, e) = Sum(a.High, b.High);
        var (t, f) = Sum(a.Low, b.Low);
        (s, e) = Fast(s, e + t);
        return Fast(s, e + f);
    }

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + (-b);

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var p = a.High * b.High;
        var e = System.Math.FusedMultiplyAdd(a.High, b.High, -p);
        return Fast(p, e + (a.High * b.Low) + (a.Low * b.High));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        var first = a.High / b.High;
        var rest = a - (b * first);
        var second = rest.High / b.High;
        rest -= b * second;
        return Fast(first, second) + (rest.High / b.High);
    }

    /// <summary>By a power of two; exact.</summary>
    public DoubleDouble Scale(int power) => new(System.Math.ScaleB(High, power), System.Math.ScaleB(Low, power));

    public static DoubleDouble Sqrt(DoubleDouble a)
    {
        if (a.High == 0) return 0;
        DoubleDouble root = System.Math.Sqrt(a.High);
        root = (root + (a / root)).Scale(-1);
        return (root + (a / root)).Scale(-1);
    }

    /// <summary>e^x without its power of two, where the double would not reach: x = Power · ln 2 + ln Value.</summary>
    public static (DoubleDouble Value, int Power) Exp(DoubleDouble x)
    {
        const int Halvings = 8;
        var power = (int)System.Math.Round(x.High / Ln2.High);
        var r = (x - (Ln2 * power)).Scale(-Halvings);

        // e^r − 1, doubled back by (1 + y)² − 1 = 2y + y²
        var term = r;
        var sum = r;
        for (var k = 2; k <= 11; k++)
        {
            term = term * r / k;
            sum += term;
        }

        for (var i = 0; i < Halvings; i++) sum = sum.Scale(1) + (sum * sum);
        return (One + sum, power);
    }

    /// <summary>½ ln((1 + s) / (1 − s)) by its series, for |s| at most 0.2.</summary>
    public static DoubleDouble AtanhSeries(DoubleDouble s)
    {
        var z = s * s;
        var power = s;
        var sum = s;
        for (var n = 3; System.Math.Abs(power.High) > System.Math.Abs(s.High) * 1e-33 && power.High != 0; n += 2)
        {
            power *= z;
            sum += power / n;
        }

        return sum;
    }

    /// <summary>ln(x · 2^power) for x from ½ to 2.</summary>
    public static DoubleDouble Log(DoubleDouble x, int power = 0)
    {
        if (x.High is > 0.7 and < 1.4) return AtanhSeries((x - One) / (x + One)).Scale(1) + (Ln2 * power);

        // One step of the third order from the platform's logarithm.
        var guess = System.Math.Log(x.High);
        var (value, shift) = Exp(-(DoubleDouble)guess);
        var near = x * value.Scale(shift);
        return guess + ((near - One) / (near + One)).Scale(1) + (Ln2 * power);
    }

    /// <summary>Sine and cosine of |x| at most π/4.</summary>
    public static (DoubleDouble Sin, DoubleDouble Cos) SinCos(DoubleDouble x)
    {
        var z = -(x * x);
        var (sine, cosine) = (x, One);
        var (s, c) = (x, One);
        for (var k = 1; k < 32; k += 2)
        {
            c = c * z / (k * (k + 1));
            s = s * z / ((k + 1) * (k + 2));
            cosine += c;
            sine += s;
        }

        return (sine, cosine);
    }

    /// <summary>Arc tangent of |x| at most 1.</summary>
    public static DoubleDouble Atan(DoubleDouble x)
    {
        if (System.Math.Abs(x.High) < 1e-9) return x - (x * x * x / 3);
        var guess = System.Math.Atan(x.High);
        var (sine, cosine) = SinCos(guess);
        var rest = ((x * cosine) - sine) / (cosine + (x * sine));
        return guess + (rest - (rest * rest * rest / 3));
    }

    private static (double, double) Sum(double a, double b)
    {
        var s = a + b;
        var t = s - a;
        return (s, (a - (s - t)) + (b - t));
    }

    private static DoubleDouble Fast(double a, double b)
    {
        var s = a + b;
        return new(s, b - (s - a));
    }
}
