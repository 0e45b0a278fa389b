namespace Fog.Wasm.Math;

/// <summary>Sine, cosine and tangent: a reduction to |h + l| ≤ π/4, then a polynomial.</summary>
public static partial class DeterministicMath
{
    private const double QuarterPi = 0.7853981633974483;

    public static double Sin(double a)
    {
        var size = System.Math.Abs(a);
        if (size < 7.450580596923828E-09) return a;
        if (size <= QuarterPi) return a + SineTail(a, 0);
        if (!(size < double.PositiveInfinity)) return double.NaN;
        var (quadrant, h, l) = Reduce(a);
        return FromQuadrant(quadrant, h, l);
    }

    public static double Cos(double d)
    {
        var size = System.Math.Abs(d);
        if (size <= QuarterPi) return Cosine(d, 0);
        if (!(size < double.PositiveInfinity)) return double.NaN;
        var (quadrant, h, l) = Reduce(d);
        return FromQuadrant(quadrant + 1, h, l);
    }

    public static double Tan(double a)
    {
        var size = System.Math.Abs(a);
        if (size < 7.450580596923828E-09) return a;
        if (!(size < double.PositiveInfinity)) return double.NaN;
        var quadrant = 0;
        var h = a;
        var l = 0.0;
        if (size > QuarterPi) (quadrant, h, l) = Reduce(a);

        var tail = SineTail(h, l);
        var sine = h + tail;
        var sineLow = (h - sine) + tail;
        var half = 0.5 * h * h;
        var head = 1 - half;
        tail = CosineTail(h, l, head);
        var cosine = head + tail;
        var cosineLow = (head - cosine) + tail;
        double quotient;
        if ((quadrant & 1) == 0)
        {
            quotient = sine / cosine;
            return quotient + QuotientTail(sine, sineLow, cosine, cosineLow, quotient);
        }

        quotient = cosine / sine;
        return -(quotient + QuotientTail(cosine, cosineLow, sine, sineLow, quotient));
    }

    private static double FromQuadrant(int quadrant, double h, double l)
    {
        var value = (quadrant & 1) == 0 ? h + SineTail(h, l) : Cosine(h, l);
        return (quadrant & 2) == 0 ? value : -value;
    }

    /// <summary>sin(h + l) − h.</summary>
    private static double SineTail(double h, double l)
    {
        var z = h * h;
        var v = z * h;
        var r = 0.008333333333330936 + (z * (-0.00019841269836740532 + (z * (2.7557316093198404e-06
            + (z * (-2.5051129896450185e-08 + (z * 1.5917988979397435e-10)))))));
        return (v * -0.16666666666666666) + ((z * ((v * r) - (0.5 * l))) + l);
    }

    private static double Cosine(double h, double l)
    {
        var head = 1 - (0.5 * h * h);
        return head + CosineTail(h, l, head);
    }

    /// <summary>cos(h + l) − head, where head is 1 − h²/2 rounded.</summary>
    private static double CosineTail(double h, double l, double head)
    {
        var z = h * h;
        var r = 0.041666666666666664 + (z * (-0.0013888888888887389 + (z * (2.48015872987544e-05
            + (z * (-2.755731726587808e-07 + (z * (2.087614504941318e-09 + (z * -1.138254464534925e-11)))))))));
        return ((1 - head) - (0.5 * z)) + ((z * z * r) - (h * l));
    }

    /// <summary>x = quadrant · π/2 + h + l with |h| ≤ π/4, but for a rounding; the quadrant counts modulo 4.</summary>
    private static (int Quadrant, double High, double Low) Reduce(double x)
    {
        if (System.Math.Abs(x) < 1e6)
        {
            // π/2 in parts of 33, 33 and 53 bits: the products with n are exact, or small enough not to matter.
            var n = System.Math.Round(x * 0.6366197723675814);
            var first = x - (n * 1.5707963267341256);
            var second = n * 6.077100506303966e-11;
            var rest = first - second;
            var other = rest - first;
            var tail = (n * 2.0222662487959506e-21) - ((first - (rest - other)) - (second + other));
            if (System.Math.Abs(rest) > System.Math.Abs(n) * 3.469446951953614E-18)
            {
                var h = rest - tail;
                return ((int)n, h, (rest - h) - tail);
            }
        }

        return ReduceByDigits(x);
    }

    /// <summary>
    /// The same for any x, after Payne and Hanek: of x · 2/π only the digits are computed that are not a multiple of 4.
    /// </summary>
    private static (int Quadrant, double High, double Low) ReduceByDigits(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var significand = (ulong)(bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;

        // The first digit of 2/π that matters has weight 2 when multiplied; the table starts 64 digits early.
        var start = (int)((bits >> 52) & 0x7FF) - 1075 - 2 + 64;
        var word = start >> 6;
        var shift = start & 63;
        var a = Digits(word, shift);
        var b = Digits(word + 1, shift);
        var c = Digits(word + 2, shift);

        // top:middle = quadrant in two bits, then the fraction of a quadrant in 126.
        var middle = significand * b;
        var sum = middle + MultiplyHigh(significand, c);
        var top = (significand * a) + MultiplyHigh(significand, b);
        if (sum < middle) top++;
        var quadrant = (int)(top >> 62);
        var high = (top << 2) | (sum >> 62);
        var low = sum << 2;
        var negative = bits < 0;
        if ((long)high < 0)
        {
            // More than half a quadrant: count from the next one, backwards.
            quadrant++;
            high = ~high;
            low = 0 - low;
            if (low == 0) high++;
            negative = !negative;
        }

        var zeros = 0;
        if (high == 0)
        {
            high = low;
            low = 0;
            zeros = 64;
        }

        var leading = System.Numerics.BitOperations.LeadingZeroCount(high);
        high = (high << leading) | ((low >> 1) >> (63 - leading));
        zeros += leading;

        // π/2 · 2⁶³; the product has 63 significant bits, which two doubles take over exactly.
        var angle = MultiplyHigh(high, 0xC90FDAA22168C234);
        var unit = PowerOfTwo(-63 - zeros);
        if (negative) unit = -unit;
        return (bits < 0 ? -quadrant : quadrant, (double)(long)(angle >> 11) * (2048 * unit), (double)(long)(angle & 0x7FF) * unit);
    }

    /// <summary>64 digits of 2/π from digit 64 · (<paramref name="word"/> − 1) + <paramref name="shift"/> on.</summary>
    private static ulong Digits(int word, int shift) => (TwoOverPi[word] << shift) | ((TwoOverPi[word + 1] >> 1) >> (63 - shift));

    private static readonly ulong[] TwoOverPi =
    [
        0x0000000000000000, 0xA2F9836E4E441529, 0xFC2757D1F534DDC0, 0xDB6295993C439041, 0xFE5163ABDEBBC561,
        0xB7246E3A424DD2E0, 0x06492EEA09D1921C, 0xFE1DEB1CB129A73E, 0xE88235F52EBB4484, 0xE99C7026B45F7E41,
        0x3991D639835339F4, 0x9C845F8BBDF9283B, 0x1FF897FFDE05980F, 0xEF2F118B5A0A6D1F, 0x6D367ECF27CB09B7,
        0x4F463F669E5FEA2D, 0x7527BAC7EBE5F17B, 0x3D0739F78A5292EA, 0x6BFB5FB11F8D5D08, 0x56033046FC7B6BAB,
    ];
}
