namespace Fog.Wasm.Math
{
    /// <summary>xʸ = e^(y ln x), with the logarithm and the product to about 64 bits; roots.</summary>
    public static partial class DeterministicMath
    {
        public static double Pow(double x, double y)
        {
            if (x == 1 || y == 0) return 1;
            if (x != x || y != y) return double.NaN;
            double a = System.Math.Abs(x);
            if (System.Math.Abs(y) == double.PositiveInfinity) return a == 1 ? 1 : (1 < a) == (0 < y) ? double.PositiveInfinity : 0;
            bool whole = System.Math.Floor(y) == y;
            bool odd = whole && System.Math.Floor(0.5 * y) * 2 != y;
            double result;
            if (a == 0 || a == double.PositiveInfinity)
            {
                result = (a == 0) == (y < 0) ? double.PositiveInfinity : 0;
            }
            else
            {
                if (x < 0 && !whole) return double.NaN;
                double low;
                double high = Logarithm(a, 0, out low);
                double exponent = y * high;
                if (710 < exponent) result = double.PositiveInfinity;
                else if (exponent < -746) result = 0;
                else result = Exponential(exponent, ProductTail(y, high, exponent) + (y * low));
            }

            return odd ? WithSign(result, x) : result;
        }

        public static double Cbrt(double d)
        {
            if (d != d) return double.NaN;
            double a = System.Math.Abs(d);
            if (a == 0 || a == double.PositiveInfinity) return d;
            int exponent = 0;
            if (a < 2.2250738585072014E-308)
            {
                a *= 18014398509481984.0;
                exponent = -18;
            }

            // a = m · 2^(3 e) with m from 1 to 8
            long bits = System.BitConverter.DoubleToInt64Bits(a);
            int e = ((((int)(bits >> 52) - 1023) + 1200) / 3) - 400;
            double m = a * PowerOfTwo(-3 * e / 2) * PowerOfTwo((-3 * e) - (-3 * e / 2));

            // Halley's iteration triples the digits: 4, 14, 43, 53.
            double t = 0.72 + (0.28 * m) - (0.0155 * m * m);
            for (int i = 0; i < 3; i++)
            {
                double cube = t * t * t;
                t *= (cube + (2 * m)) / ((2 * cube) + m);
            }

            // One step of Newton's with the remainder m − t³ taken exactly.
            double square = t * t;
            double squareLow = ProductTail(t, t, square);
            double third = square * t;
            double remainder = (m - third) - ProductTail(square, t, third) - (squareLow * t);
            return WithSign((t + (remainder / (3 * square))) * PowerOfTwo(e + exponent), d);
        }
    }
}
