namespace Fog.Wasm.Math
{
    /// <summary>eˣ = 2ⁿ · eʳ with |r| ≤ ln 2 / 2, and what is built from it.</summary>
    public static partial class DeterministicMath
    {
        private const double Log2OfE = 1.4426950408889634;

        // ln 2 in two parts; the first ends in 32 zero bits, so that its product with an exponent is exact.
        private const double Ln2High = 0.6931467056274414;
        private const double Ln2Low = 4.7493250390316726e-07;

        public static double Exp(double d)
        {
            if (d != d) return double.NaN;
            if (709.782712893384 < d) return double.PositiveInfinity;
            if (d < -745.1332191019412) return 0;
            return Exponential(d, 0);
        }

        public static double Sinh(double value)
        {
            if (value != value) return double.NaN;
            double a = System.Math.Abs(value);
            if (a < 3.725290298461914E-09) return value;
            if (a < 1)
            {
                double z = value * value;
                return value + (value * z * (0.16666666666666666 + (z * (0.008333333333333333 + (z * (0.00019841269841269773
                    + (z * (2.755731922404061e-06 + (z * (2.5052108363972185e-08 + (z * (1.6059048410081293e-10
                    + (z * (7.646624280324513e-13 + (z * 2.8445596736423237e-15)))))))))))))));
            }

            if (711 < a) return value * double.PositiveInfinity;
            double r;
            double tail;
            int n = ReduceExponent(a, 0, out r, out tail);
            tail += ExponentialTail(r, tail);
            double high = 1 + r;
            double low = (1 - high) + r + tail;
            double grown = ScaleB(high + low, n - 1);
            if (n > 60) return WithSign(grown, value);
            double growth = 0.5 * PowerOfTwo(n);
            double shrunk = 0.25 / grown;
            double result = (high * growth) - shrunk;
            return WithSign(result + ((((high * growth) - result) - shrunk) + (low * growth)), value);
        }

        public static double Cosh(double value)
        {
            if (value != value) return double.NaN;
            double a = System.Math.Abs(value);
            if (711 < a) return double.PositiveInfinity;
            double r;
            double tail;
            int n = ReduceExponent(a, 0, out r, out tail);
            tail += ExponentialTail(r, tail);
            double high = 1 + r;
            double low = (1 - high) + r + tail;
            double grown = ScaleB(high + low, n - 1);
            if (n > 60) return grown;
            double growth = 0.5 * PowerOfTwo(n);
            double shrunk = 0.25 / grown;
            double result = (high * growth) + shrunk;
            return result + ((((high * growth) - result) + shrunk) + (low * growth));
        }

        /// <summary>(e²ˣ − 1) / (e²ˣ + 1), with the numerator to more than double precision.</summary>
        public static double Tanh(double value)
        {
            if (value != value) return double.NaN;
            double a = System.Math.Abs(value);
            if (a < 3.725290298461914E-09) return value;
            if (22 < a) return WithSign(1, value);
            double r;
            double tail;
            int n = ReduceExponent(2 * a, 0, out r, out tail);
            tail += ExponentialTail(r, tail);
            double growth = PowerOfTwo(n);
            double more = growth * (r + tail);
            double less = growth - 1;
            double high = less + more;
            double low = (less - high) + more + (growth * ((r - (r + tail)) + tail));
            double sum = high + 2;
            double sumLow = 2 < high ? (high - sum) + 2 + low : (2 - sum) + high + low;
            double quotient = high / sum;
            return WithSign(quotient + QuotientTail(high, low, sum, sumLow, quotient), value);
        }

        /// <summary>e^(high + low), where the result neither overflows nor vanishes.</summary>
        private static double Exponential(double high, double low)
        {
            double r;
            double tail;
            int n = ReduceExponent(high, low, out r, out tail);
            return ScaleB(1 + (r + (tail + ExponentialTail(r, tail))), n);
        }

        /// <summary>high + low = n · ln 2 + r + tail.</summary>
        private static int ReduceExponent(double high, double low, out double r, out double tail)
        {
            double n = Nearest(high * Log2OfE);
            double h = high - (n * Ln2High);
            double l = low - (n * Ln2Low);
            r = h + l;
            tail = (h - r) + l;
            return (int)n;
        }

        /// <summary>e^(r + tail) − 1 − r − tail.</summary>
        private static double ExponentialTail(double r, double tail)
        {
            return (r * r * (0.5 + (r * (0.1666666666666667 + (r * (0.04166666666666667 + (r * (0.008333333333325985
                + (r * (0.0013888888888883642 + (r * (0.00019841269875342141 + (r * (2.4801587325920163e-05
                + (r * (2.7557254740405416e-06 + (r * (2.7557273171941026e-07 + (r * (2.5105490906986696e-08
                + (r * 2.091488256348507e-09)))))))))))))))))))))
                + (r * tail);
        }
    }
}
