namespace Fog.Wasm.Math
{
    /// <summary>Sine, cosine and tangent: a reduction to |h + l| ≤ π/4, then a polynomial.</summary>
    public static partial class DeterministicMath
    {
        private const double QuarterPi = 0.7853981633974483;

        public static double Sin(double a)
        {
            if (a != a) return double.NaN;
            double size = System.Math.Abs(a);
            if (size < 7.450580596923828E-09) return a;
            if (size <= QuarterPi) return a + SineTail(a, 0);
            if (size == double.PositiveInfinity) return double.NaN;
            double h;
            double l;
            int quadrant = Reduce(a, out h, out l);
            return FromQuadrant(quadrant, h, l);
        }

        public static double Cos(double d)
        {
            if (d != d) return double.NaN;
            double size = System.Math.Abs(d);
            if (size <= QuarterPi) return Cosine(d, 0);
            if (size == double.PositiveInfinity) return double.NaN;
            double h;
            double l;
            int quadrant = Reduce(d, out h, out l);
            return FromQuadrant(quadrant + 1, h, l);
        }

        public static double Tan(double a)
        {
            if (a != a) return double.NaN;
            double size = System.Math.Abs(a);
            if (size < 7.450580596923828E-09) return a;
            if (size == double.PositiveInfinity) return double.NaN;
            int quadrant = 0;
            double h = a;
            double l = 0.0;
            if (QuarterPi < size) quadrant = Reduce(a, out h, out l);

            double tail = SineTail(h, l);
            double sine = h + tail;
            double sineLow = (h - sine) + tail;
            double half = 0.5 * h * h;
            double head = 1 - half;
            tail = CosineTail(h, l, head);
            double cosine = head + tail;
            double cosineLow = (head - cosine) + tail;
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
            double value = (quadrant & 1) == 0 ? h + SineTail(h, l) : Cosine(h, l);
            return (quadrant & 2) == 0 ? value : -value;
        }

        /// <summary>sin(h + l) − h.</summary>
        private static double SineTail(double h, double l)
        {
            double z = h * h;
            double v = z * h;
            double r = 0.008333333333330936 + (z * (-0.00019841269836740532 + (z * (2.7557316093198404e-06
                + (z * (-2.5051129896450185e-08 + (z * 1.5917988979397435e-10)))))));
            return (v * -0.16666666666666666) + ((z * ((v * r) - (0.5 * l))) + l);
        }

        private static double Cosine(double h, double l)
        {
            double head = 1 - (0.5 * h * h);
            return head + CosineTail(h, l, head);
        }

        /// <summary>cos(h + l) − head, where head is 1 − h²/2 rounded.</summary>
        private static double CosineTail(double h, double l, double head)
        {
            double z = h * h;
            double r = 0.041666666666666664 + (z * (-0.0013888888888887389 + (z * (2.48015872987544e-05
                + (z * (-2.755731726587808e-07 + (z * (2.087614504941318e-09 + (z * -1.138254464534925e-11)))))))));
            return ((1 - head) - (0.5 * z)) + ((z * z * r) - (h * l));
        }

        /// <summary>x = quadrant · π/2 + high + low with |high| ≤ π/4, but for a rounding; the quadrant counts modulo 4.</summary>
        private static int Reduce(double x, out double high, out double low)
        {
            if (System.Math.Abs(x) < 1e6)
            {
                // π/2 in parts of 33, 33 and 53 bits: the products with n are exact, or small enough not to matter.
                double n = Nearest(x * 0.6366197723675814);
                double first = x - (n * 1.5707963267341256);
                double second = n * 6.077100506303966e-11;
                double rest = first - second;
                double other = rest - first;
                double tail = (n * 2.0222662487959506e-21) - ((first - (rest - other)) - (second + other));
                if (System.Math.Abs(n) * 3.469446951953614E-18 < System.Math.Abs(rest))
                {
                    high = rest - tail;
                    low = (rest - high) - tail;
                    return (int)n;
                }
            }

            return ReduceByDigits(x, out high, out low);
        }

        /// <summary>
        /// The same for any x, after Payne and Hanek: of x · 2/π only the digits are computed that are not a multiple of 4.
        /// </summary>
        private static int ReduceByDigits(double x, out double angleHigh, out double angleLow)
        {
            long bits = System.BitConverter.DoubleToInt64Bits(x);
            ulong significand = (ulong)(bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;

            // The first digit of 2/π that matters has weight 2 when multiplied; the table starts 64 digits early.
            int start = ((int)(bits >> 52) & 0x7FF) - 1075 - 2 + 64;
            int word = start >> 6;
            int shift = start & 63;
            ulong a = Digits(word, shift);
            ulong b = Digits(word + 1, shift);
            ulong c = Digits(word + 2, shift);

            // top:sum = quadrant in two bits, then the fraction of a quadrant in 126.
            ulong middle = significand * b;
            ulong sum = middle + UpperProduct(significand, c);
            ulong top = (significand * a) + UpperProduct(significand, b);
            if (sum < middle) top++;
            int quadrant = (int)(top >> 62);
            ulong high = (top << 2) | (sum >> 62);
            ulong low = sum << 2;
            bool negative = bits < 0;
            if ((long)high < 0)
            {
                // More than half a quadrant: count from the next one, backwards.
                quadrant++;
                high = ~high;
                low = 0 - low;
                if (low == 0) high++;
                negative = !negative;
            }

            int zeros = 0;
            if (high == 0)
            {
                high = low;
                low = 0;
                zeros = 64;
            }

            int leading = LeadingZeros(high);
            high = (high << leading) | ((low >> 1) >> (63 - leading));
            zeros += leading;

            // π/2 · 2⁶³; the product has 63 significant bits, which two doubles take over exactly.
            ulong angle = UpperProduct(high, 0xC90FDAA22168C234);
            double unit = PowerOfTwo(-63 - zeros);
            if (negative) unit = -unit;
            angleHigh = (double)(long)(angle >> 11) * (2048 * unit);
            angleLow = (double)(long)(angle & 0x7FF) * unit;
            return bits < 0 ? -quadrant : quadrant;
        }

        /// <summary>The upper half of the 128-bit product.</summary>
        private static ulong UpperProduct(ulong a, ulong b)
        {
            ulong al = a & 0xFFFFFFFF;
            ulong ah = a >> 32;
            ulong bl = b & 0xFFFFFFFF;
            ulong bh = b >> 32;
            ulong middle = (ah * bl) + ((al * bl) >> 32);
            ulong other = (al * bh) + (middle & 0xFFFFFFFF);
            return (ah * bh) + (middle >> 32) + (other >> 32);
        }

        /// <summary>Of 64 binary digits, not all of them zero.</summary>
        private static int LeadingZeros(ulong digits)
        {
            int zeros = 0;
            for (int step = 32; step > 0; step >>= 1)
            {
                if (digits >> (64 - step) != 0) continue;
                digits <<= step;
                zeros += step;
            }

            return zeros;
        }

        /// <summary>64 digits of 2/π from digit 64 · (<paramref name="word"/> − 1) + <paramref name="shift"/> on.</summary>
        private static ulong Digits(int word, int shift)
        {
            return (TwoOverPi(word) << shift) | ((TwoOverPi(word + 1) >> 1) >> (63 - shift));
        }

        // Code rather than an array: it takes no memory, neither a device's heap nor the module's.
        private static ulong TwoOverPi(int word)
        {
            switch (word)
            {
                case 1: return 0xA2F9836E4E441529;
                case 2: return 0xFC2757D1F534DDC0;
                case 3: return 0xDB6295993C439041;
                case 4: return 0xFE5163ABDEBBC561;
                case 5: return 0xB7246E3A424DD2E0;
                case 6: return 0x06492EEA09D1921C;
                case 7: return 0xFE1DEB1CB129A73E;
                case 8: return 0xE88235F52EBB4484;
                case 9: return 0xE99C7026B45F7E41;
                case 10: return 0x3991D639835339F4;
                case 11: return 0x9C845F8BBDF9283B;
                case 12: return 0x1FF897FFDE05980F;
                case 13: return 0xEF2F118B5A0A6D1F;
                case 14: return 0x6D367ECF27CB09B7;
                case 15: return 0x4F463F669E5FEA2D;
                case 16: return 0x7527BAC7EBE5F17B;
                case 17: return 0x3D0739F78A5292EA;
                case 18: return 0x6BFB5FB11F8D5D08;
                case 19: return 0x56033046FC7B6BAB;
                default: return 0;
            }
        }
    }
}
