using System.Numerics;

namespace Fog.Conformance.Mathematics;

/// <summary>A binary floating-point number of 220 significant bits, rounded down: the reference for doubles.</summary>
internal readonly struct Real
{
    private const int Bits = 220;

    private readonly BigInteger significand;
    private readonly int exponent;

    private Real(BigInteger significand, int exponent)
    {
        var excess = (int)BigInteger.Abs(significand).GetBitLength() - Bits;
        this.significand = excess > 0 ? significand >> excess : significand;
        this.exponent = excess > 0 ? exponent + excess : exponent;
    }

    public static Real Zero => new(0, 0);

    public bool IsZero => significand.IsZero;

    public int Sign => significand.Sign;

    /// <summary>Of the leading bit; 0 for 1.0.</summary>
    public int Magnitude => IsZero ? int.MinValue / 2 : exponent + (int)BigInteger.Abs(significand).GetBitLength() - 1;

    public static implicit operator Real(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var e = (int)((bits >> 52) & 0x7FF);
        var m = bits & 0xFFFFFFFFFFFFF;
        if (e == 0) e = 1;
        else m |= 1L << 52;
        return new(bits < 0 ? -m : m, e - 1075);
    }

    public static Real operator +(Real a, Real b)
    {
        if (a.IsZero) return b;
        if (b.IsZero) return a;
        if (a.exponent < b.exponent) (a, b) = (b, a);
        return a.Magnitude - b.Magnitude > 2 * Bits ? a : new((a.significand << (a.exponent - b.exponent)) + b.significand, b.exponent);
    }

    public static Real operator -(Real a) => new(-a.significand, a.exponent);

    public static Real operator -(Real a, Real b) => a + (-b);

    public static Real operator *(Real a, Real b) => new(a.significand * b.significand, a.exponent + b.exponent);

    public static Real operator /(Real a, Real b) => new((a.significand << (2 * Bits)) / b.significand, a.exponent - b.exponent - (2 * Bits));

    public static bool operator <(Real a, Real b) => (a - b).Sign < 0;

    public static bool operator >(Real a, Real b) => (a - b).Sign > 0;

    public Real Scale(int power) => new(significand, exponent + power);

    public Real Abs() => new(BigInteger.Abs(significand), exponent);

    public BigInteger Round() => exponent >= 0 ? significand << exponent : ((significand >> (-exponent - 1)) + 1) >> 1;

    public static Real Of(BigInteger value) => new(value, 0);

    public static Real Of(BigInteger significand, int exponent) => new(significand, exponent);

    /// <summary>x modulo a quarter turn for a double of any size, with enough digits of π.</summary>
    public static (int Quadrant, Real Remainder) Reduce(double x)
    {
        const int Fraction = 1400;
        var bits = BitConverter.DoubleToInt64Bits(x);
        var e = (int)((bits >> 52) & 0x7FF);
        BigInteger m = (bits & 0xFFFFFFFFFFFFF) | (1L << 52);
        var shift = e - 1075 + Fraction;
        var value = shift >= 0 ? m << shift : m >> -shift;
        var half = PiDigits(Fraction) >> 1;
        var quotient = (value + (half >> 1)) / half;
        var rest = value - (quotient * half);
        var quadrant = (int)(quotient % 4);
        return bits < 0 ? (-quadrant, new(-rest, -Fraction)) : (quadrant, new(rest, -Fraction));
    }

    public DoubleDouble ToDoubleDouble()
    {
        var high = ToDouble();
        return new(high, (this - high).ToDouble());
    }

    // Cut off, not rounded: what is lost is the lower half's.
    private double ToDouble()
    {
        if (IsZero) return 0;
        var excess = (int)BigInteger.Abs(significand).GetBitLength() - 53;
        return System.Math.ScaleB((double)(excess > 0 ? significand >> excess : significand), excess > 0 ? exponent + excess : exponent);
    }

    public Real Sqrt()
    {
        if (IsZero) return this;
        var shift = 2 * Bits;
        if (((exponent - shift) & 1) != 0) shift++;
        return new(Root(significand << shift), (exponent - shift) / 2);
    }

    public static Real Pi { get; } = new(PiDigits(300), -300);

    public static Real Ln2 { get; } = LogarithmNearOne(Real.Of(2));

    private static BigInteger piDigits;

    private static BigInteger PiDigits(int fraction)
    {
        const int Most = 1500;
        if (piDigits.IsZero) piDigits = 4 * ((4 * ArctanOfInverse(5, Most)) - ArctanOfInverse(239, Most));
        return piDigits >> (Most - fraction);
    }

    private static BigInteger ArctanOfInverse(int x, int fraction)
    {
        var power = (BigInteger.One << (fraction + 20)) / x;
        var sum = power;
        for (var n = 3; !power.IsZero; n += 2)
        {
            power = -power / (x * x);
            sum += power / n;
        }

        return sum >> 20;
    }

    public static Real LogarithmNearOne(Real x)
    {
        var one = Of(1);
        var s = (x - one) / (x + one);
        var z = s * s;
        var power = s;
        var sum = s;
        for (var n = 3; power.Magnitude > sum.Magnitude - Bits; n += 2)
        {
            power *= z;
            sum += power / Of(n);
        }

        return sum.Scale(1);
    }

    private static BigInteger Root(BigInteger n)
    {
        var x = BigInteger.One << (int)((n.GetBitLength() / 2) + 1);
        while (true)
        {
            var y = (x + (n / x)) >> 1;
            if (y >= x) return x;
            x = y;
        }
    }

    /// <summary>Distance of a double from this, in units of the last place of a double of this magnitude.</summary>
    public double UlpsFrom(double value)
    {
        if (IsZero) return value == 0 ? 0 : double.PositiveInfinity;
        var ulp = System.Math.Max(Magnitude - 52, -1074);
        var difference = (this - value).Abs().Scale(-ulp);
        return (double)difference.Scale(40).Round() / (1L << 40);
    }
}
