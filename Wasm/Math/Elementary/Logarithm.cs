namespace Fog.Wasm.Math
{
    /// <summary>Logarithms, all from one to about 64 bits: x = 2ᵏ · m, ln m = 2 artanh((m − 1) / (m + 1)).</summary>
    public static partial class DeterministicMath
    {
        public static double Log(double d)
        {
            if (d != d || d < 0) return double.NaN;
            if (d == 0) return double.NegativeInfinity;
            if (d == double.PositiveInfinity) return d;
            double low;
            return Logarithm(d, 0, out low);
        }

        public static double Log2(double x)
        {
            if (x != x || x < 0) return double.NaN;
            if (x == 0) return double.NegativeInfinity;
            if (x == double.PositiveInfinity) return x;
            double low;
            double high = Logarithm(x, 0, out low);
            return Scaled(high, low, Log2OfE, 2.0355273740931033e-17);
        }

        public static double Log10(double d)
        {
            if (d != d || d < 0) return double.NaN;
            if (d == 0) return double.NegativeInfinity;
            if (d == double.PositiveInfinity) return d;
            double low;
            double high = Logarithm(d, 0, out low);
            return Scaled(high, low, 0.4342944819032518, 1.098319650216765e-17);
        }

        public static double Asinh(double d)
        {
            if (d != d) return double.NaN;
            double a = System.Math.Abs(d);
            if (a < 3.725290298461914E-09 || a == double.PositiveInfinity) return d;
            if (1e10 < a) return WithSign(LogarithmOfTwice(a), d);

            // ln(a + √(a² + 1))
            double square = a * a;
            double squareLow = ProductTail(a, a, square);
            double sum = square + 1;
            double rootLow;
            double root = SquareRoot(sum, 1 < square ? (square - sum) + 1 + squareLow : (1 - sum) + square + squareLow, out rootLow);
            sum = root + a;
            double low;
            return WithSign(Logarithm(sum, (root - sum) + a + rootLow, out low), d);
        }

        public static double Acosh(double d)
        {
            if (d != d || d < 1) return double.NaN;
            if (d == double.PositiveInfinity) return d;
            if (1e10 < d) return LogarithmOfTwice(d);

            // ln(x + √(x² − 1))
            double square = d * d;
            double difference = square - 1;
            double rootLow;
            double root = SquareRoot(difference, (square - difference) - 1 + ProductTail(d, d, square), out rootLow);
            double sum = d + root;
            double low;
            return Logarithm(sum, (d - sum) + root + rootLow, out low);
        }

        public static double Atanh(double d)
        {
            if (d != d) return double.NaN;
            double a = System.Math.Abs(d);
            if (a < 3.725290298461914E-09) return d;
            if (1 <= a) return a == 1 ? d * double.PositiveInfinity : double.NaN;

            // ½ ln((1 + a) / (1 − a))
            double sum = 1 + a;
            double sumLow = (1 - sum) + a;
            double difference = 1 - a;
            double differenceLow = (1 - difference) - a;
            double quotient = sum / difference;
            double low;
            double high = Logarithm(quotient, QuotientTail(sum, sumLow, difference, differenceLow, quotient), out low);
            return WithSign(0.5 * high, d);
        }

        /// <summary>ln(2x), also where 2x overflows.</summary>
        private static double LogarithmOfTwice(double x)
        {
            double low;
            double high = Logarithm(x, 0, out low);
            double sum = high + 0.6931471805599453;
            return sum + ((high - sum) + 0.6931471805599453 + low);
        }

        /// <summary>(high + low) · (factor + factorLow), rounded once.</summary>
        private static double Scaled(double high, double low, double factor, double factorLow)
        {
            double product = high * factor;
            return product + (ProductTail(high, factor, product) + (high * factorLow) + (low * factor));
        }

        /// <summary>ln(x + low) for finite x > 0 and |low| at most an ulp of x.</summary>
        private static double Logarithm(double x, double low, out double resultLow)
        {
            int k = 0;
            if (x < 2.2250738585072014E-308)
            {
                x *= 18014398509481984.0;
                k = -54;
            }

            // m = x · 2⁻ᵏ between √½ and √2.
            long bits = System.BitConverter.DoubleToInt64Bits(x) + (0x3FF0000000000000 - 0x3FE6A09E00000000);
            k += (int)(bits >> 52) - 1023;
            double f = System.BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) + 0x3FE6A09E00000000) - 1;
            if (low != 0) low = ScaleB(low, -k);

            // s = (m − 1) / (m + 1) and z = s²
            double sum = 2 + f;
            double sumLow = (2 - sum) + f + low;
            double s = f / sum;
            double sLow = QuotientTail(f, low, sum, sumLow, s);
            double z = s * s;
            double zLow = ProductTail(s, s, z) + (2 * s * sLow);

            // ln m = 2s + s·z·c with c = 2/3 + 2/5 z + …
            double q = z * (0.4 + (z * (0.2857142857142937 + (z * (0.22222222221654733 + (z * (0.1818181833565416
                + (z * (0.15384594934597917 + (z * (0.13334806212100603 + (z * (0.11706195689881364
                + (z * 0.11723603622905411))))))))))))));
            double c = 0.6666666666666666 + q;
            double cLow = (0.6666666666666666 - c) + q + 3.700743415417188e-17;
            double t = z * c;
            double tLow = ProductTail(z, c, t) + (zLow * c) + (z * cLow);
            double u = s * t;
            double uLow = ProductTail(s, t, u) + (sLow * t) + (s * tLow);
            double twice = 2 * s;
            double h = twice + u;
            double l = (twice - h) + u + ((2 * sLow) + uLow);

            double scale = k * Ln2High;
            double total = scale + h;
            l += (k == 0 ? 0 : (scale - total) + h) + (k * Ln2Low);
            double result = total + l;
            resultLow = (total - result) + l;
            return result;
        }
    }
}
