namespace Fog.Wasm.Math
{
    /// <summary>Arithmetic on sums of two doubles, after Dekker.</summary>
    public static partial class DeterministicMath
    {
        /// <summary>a · b − <paramref name="product"/> without rounding, where product is a · b rounded.</summary>
        private static double ProductTail(double a, double b, double product)
        {
            double ah = Head(a);
            double al = a - ah;
            double bh = Head(b);
            double bl = b - bh;
            return ((ah * bh) - product) + (ah * bl) + (al * bh) + (al * bl);
        }

        /// <summary>The upper 26 bits of the significand, so that a product of two heads is exact.</summary>
        private static double Head(double x)
        {
            return System.BitConverter.Int64BitsToDouble(System.BitConverter.DoubleToInt64Bits(x) & -0x8000000);
        }

        /// <summary>What was lost in <paramref name="quotient"/> = nh / dh against (nh + nl) / (dh + dl).</summary>
        private static double QuotientTail(double nh, double nl, double dh, double dl, double quotient)
        {
            double product = quotient * dh;
            return ((((nh - product) - ProductTail(quotient, dh, product)) + nl) - (quotient * dl)) / dh;
        }

        /// <summary>Square root of high + low, at least 0.</summary>
        private static double SquareRoot(double high, double low, out double rootLow)
        {
            double root = System.Math.Sqrt(high);
            rootLow = 0;
            if (root == 0) return root;
            double square = root * root;
            rootLow = (((high - square) - ProductTail(root, root, square)) + low) / (2 * root);
            return root;
        }
    }
}
