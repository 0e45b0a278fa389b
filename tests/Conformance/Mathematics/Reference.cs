using System.Numerics;

namespace Fog.Conformance.Mathematics;

/// <summary>The functions to some 200 bits, by their series.</summary>
internal static class Reference
{
    private static readonly Real One = Real.Of(1);

    public static Real Exp(Real x)
    {
        var n = (x / Real.Ln2).Round();
        var r = (x - (Real.Of(n) * Real.Ln2)).Scale(-8);
        var term = One;
        var sum = One;
        for (var k = 1; !term.IsZero && term.Magnitude > -215; k++)
        {
            term = term * r / Real.Of(k);
            sum += term;
        }

        for (var i = 0; i < 8; i++) sum *= sum;
        return sum.Scale((int)n);
    }

    public static Real Log(Real x)
    {
        var k = x.Magnitude;
        return Real.LogarithmNearOne(x.Scale(-k)) is var m && x.Scale(-k) > 1.5
            ? Real.LogarithmNearOne(x.Scale(-k - 1)) + (Real.Of(k + 1) * Real.Ln2)
            : m + (Real.Of(k) * Real.Ln2);
    }

    public static Real Pow(double x, double y) => Exp(y * Log(x));

    public static Real Sin(double x) => Turn(x, 0);

    public static Real Cos(double x) => Turn(x, 1);

    public static Real Tan(double x) => Sin(x) / Cos(x);

    public static Real Atan(Real t)
    {
        // Halve the angle four times.
        for (var i = 0; i < 4; i++) t /= One + (One + (t * t)).Sqrt();
        var z = -(t * t);
        var power = t;
        var sum = t;
        for (var n = 3; power.Magnitude > sum.Magnitude - 220; n += 2)
        {
            power *= z;
            sum += power / Real.Of(n);
        }

        return sum.Scale(4);
    }

    public static Real Atan2(double y, double x)
    {
        var angle = x == 0 ? Real.Pi.Scale(-1) : Atan((Real)System.Math.Abs(y) / System.Math.Abs(x));
        if (x < 0) angle = Real.Pi - angle;
        return y < 0 ? -angle : angle;
    }

    public static Real Asin(double x) => System.Math.Abs(x) == 1 ? Real.Pi.Scale(-1) * x : Atan(x / (One - ((Real)x * x)).Sqrt());

    public static Real Acos(double x) => Real.Pi.Scale(-1) - Asin(x);

    public static Real Sinh(double x)
    {
        var e = Exp(x);
        return (e - (One / e)).Scale(-1);
    }

    public static Real Cosh(double x)
    {
        var e = Exp(x);
        return (e + (One / e)).Scale(-1);
    }

    public static Real Tanh(double x)
    {
        var e = Exp((Real)x + x);
        return (e - One) / (e + One);
    }

    public static Real Asinh(double x)
    {
        var a = System.Math.Abs(x);
        var log = Log(a + (One + ((Real)a * a)).Sqrt());
        return x < 0 ? -log : log;
    }

    public static Real Acosh(double x) => Log(x + (((Real)x * x) - One).Sqrt());

    public static Real Atanh(double x) => Log((One + x) / (One - x)).Scale(-1);

    public static Real Cbrt(double x)
    {
        var root = Exp(Log(System.Math.Abs(x)) / Real.Of(3));
        return x < 0 ? -root : root;
    }

    private static Real Turn(double x, int quadrants)
    {
        var (quadrant, r) = Real.Reduce(x);
        quadrant = (quadrant + quadrants) & 3;
        var z = -(r * r);
        var term = (quadrant & 1) == 0 ? r : One;
        var sum = term;
        for (var k = (quadrant & 1) == 0 ? 2 : 1; !term.IsZero && term.Magnitude > sum.Magnitude - 220; k += 2)
        {
            term = term * z / Real.Of((BigInteger)k * (k + 1));
            sum += term;
        }

        return (quadrant & 2) == 0 ? sum : -sum;
    }
}
