namespace Fog.Wasm.Math
{
    /// <summary>Powers of two, signs and integers by the bits of a double.</summary>
    public static partial class DeterministicMath
    {
        /// <summary>x · 2ⁿ, rounded once unless the result is subnormal.</summary>
        public static double ScaleB(double x, int n)
        {
            if (n > 2200) n = 2200;
            if (n < -2200) n = -2200;
            while (n > 1023)
            {
                x *= PowerOfTwo(1023);
                n -= 1023;
            }

            // Down in steps that leave the value normal until the last one, so that it is rounded once.
            while (n < -1022)
            {
                x *= PowerOfTwo(53 - 1022);
                n += 1022 - 53;
            }

            return x * PowerOfTwo(n);
        }

        /// <summary>2ⁿ for n from −1022 to 1023.</summary>
        private static double PowerOfTwo(int n)
        {
            return System.BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
        }

        /// <summary>The size of x with the sign of y; neither is a NaN.</summary>
        private static double WithSign(double x, double y)
        {
            return System.BitConverter.Int64BitsToDouble(
                (System.BitConverter.DoubleToInt64Bits(x) & long.MaxValue) | (System.BitConverter.DoubleToInt64Bits(y) & long.MinValue));
        }

        /// <summary>The integer nearest to x, halves to even, for |x| below 2⁵¹; of zeros the positive one.</summary>
        private static double Nearest(double x)
        {
            return (x + 6755399441055744.0) - 6755399441055744.0;
        }
    }
}
