using System;

namespace Fog.Wasm.Portable
{
    /// <summary>
    /// Floating-point operations as WebAssembly defines them, from the part of C# that nanoFramework computes the same
    /// way: no division by zero, comparison by &lt; and &lt;= only, conversions by comparison.
    /// </summary>
    public static class FloatOps
    {
        private const long SignBit = long.MinValue;
        private const long FractionMask = 0xFFFFFFFFFFFFFL;
        private const double TwoTo31 = 2147483648.0;
        private const double TwoTo32 = 4294967296.0;
        private const double TwoTo52 = 4503599627370496.0;
        private const double TwoTo63 = 9223372036854775808.0;
        private const double TwoTo64 = 18446744073709551616.0;

        /// <summary>The canonical NaN: positive, only the quiet bit set.</summary>
        public static readonly double CanonicalNaN = BitConverter.Int64BitsToDouble(0x7FF8000000000000L);

        /// <summary>Bits of a single, NaN payloads included.</summary>
        public static int ToBits(float value)
        {
            // Only a NaN allocates: widening to double would lose its signalling bit.
            if (value != value) return BitConverter.ToInt32(BitConverter.GetBytes(value), 0);
            long wide = BitConverter.DoubleToInt64Bits((double)value);
            int sign = (int)(wide >> 32) & int.MinValue;
            int exponent = (int)(wide >> 52) & 0x7FF;
            if (exponent == 0x7FF) return sign | 0x7F800000;
            long fraction = wide & FractionMask;
            if (exponent > 896) return sign | ((exponent - 896) << 23) | (int)(fraction >> 29);
            if (exponent == 0) return sign;
            return sign | (int)((fraction | (1L << 52)) >> (29 + 897 - exponent));
        }

        /// <summary>The single with these bits, NaN payloads included.</summary>
        public static float FromBits(int bits)
        {
            int magnitude = bits & 0x7FFFFFFF;
            long sign = (long)(bits & int.MinValue) << 32;
            if (magnitude > 0x7F800000)
            {
                byte[] bytes = new byte[] { (byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24) };
                return BitConverter.ToSingle(bytes, 0);
            }

            if (magnitude == 0x7F800000) return (float)BitConverter.Int64BitsToDouble(sign | 0x7FF0000000000000L);
            if (magnitude >= 0x00800000) return (float)BitConverter.Int64BitsToDouble(sign | (((long)magnitude << 29) + (896L << 52)));

            // A subnormal: magnitude times 2^-149, exact in double.
            double small = magnitude * BitConverter.Int64BitsToDouble((1023L - 149L) << 52);
            return (float)BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(small) | sign);
        }

        /// <summary>a / divisor where the divisor is a zero.</summary>
        public static double DivideByZero(double a, double divisor)
        {
            if (a != a || a == 0) return CanonicalNaN;
            long sign = (BitConverter.DoubleToInt64Bits(a) ^ BitConverter.DoubleToInt64Bits(divisor)) & SignBit;
            return BitConverter.Int64BitsToDouble(sign | 0x7FF0000000000000L);
        }

        public static double Negate(double a)
        {
            return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) ^ SignBit);
        }

        public static double Absolute(double a)
        {
            return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) & long.MaxValue);
        }

        public static double CopySign(double a, double sign)
        {
            return BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(a) & long.MaxValue) | (BitConverter.DoubleToInt64Bits(sign) & SignBit));
        }

        public static double Minimum(double a, double b)
        {
            if (a != a || b != b) return CanonicalNaN;
            if (a < b) return a;
            if (b < a) return b;

            // Equal: only the sign of zero can differ, and -0 is the lesser.
            return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) | BitConverter.DoubleToInt64Bits(b));
        }

        public static double Maximum(double a, double b)
        {
            if (a != a || b != b) return CanonicalNaN;
            if (a < b) return b;
            if (b < a) return a;
            return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a) & BitConverter.DoubleToInt64Bits(b));
        }

        public static double Floor(double a)
        {
            double t = Truncate(a);
            return a < t ? t - 1 : t;
        }

        public static double Ceiling(double a)
        {
            double t = Truncate(a);
            return t < a ? t + 1 : t;
        }

        /// <summary>Towards zero, the sign kept.</summary>
        public static double Truncate(double a)
        {
            if (a != a) return CanonicalNaN;
            double magnitude = Absolute(a);
            if (TwoTo52 <= magnitude) return a;
            return CopySign((double)(long)magnitude, a);
        }

        /// <summary>To the nearest integer, halves to even, the sign kept.</summary>
        public static double Nearest(double a)
        {
            if (a != a) return CanonicalNaN;
            double magnitude = Absolute(a);
            if (TwoTo52 <= magnitude) return a;
            return CopySign((magnitude + TwoTo52) - TwoTo52, a);
        }

        public static double SquareRoot(double a)
        {
            double r = System.Math.Sqrt(a);
            return r != r ? CanonicalNaN : r;
        }

        public static float Demote(double a)
        {
            return a != a ? (float)CanonicalNaN : (float)a;
        }

        public static double Promote(float a)
        {
            return a != a ? CanonicalNaN : (double)a;
        }

        public static double FromU64(long bits)
        {
            if (bits >= 0) return (double)bits;

            // Halved with the lost bit kept sticky, so that the one rounding is the right one.
            return (double)((long)((ulong)bits >> 1) | (bits & 1)) * 2.0;
        }

        public static float SingleFromI64(long value)
        {
            if (value == long.MinValue) return (float)-TwoTo63;
            return value < 0 ? -SingleFromMagnitude(-value) : SingleFromMagnitude(value);
        }

        public static float SingleFromU64(long bits)
        {
            if (bits >= 0) return SingleFromMagnitude(bits);
            return SingleFromMagnitude((long)((ulong)bits >> 1) | (bits & 1)) * 2.0f;
        }

        // Through double there would be two roundings: keep what a double cannot hold as one sticky bit below.
        private static float SingleFromMagnitude(long value)
        {
            if (value >= (1L << 53)) value = (value & ~0x7FFL) | ((value & 0x7FF) != 0 ? 0x800L : 0L);
            return (float)(double)value;
        }

        /// <summary>Trap of a conversion to i32, or None when the truncated value fits.</summary>
        public static TrapCode CheckI32(double a, bool signed)
        {
            if (a != a) return TrapCode.InvalidConversionToInteger;
            bool fits = signed ? -TwoTo31 - 1 < a && a < TwoTo31 : -1.0 < a && a < TwoTo32;
            return fits ? TrapCode.None : TrapCode.IntegerOverflow;
        }

        /// <summary>Trap of a conversion to i64, or None when the truncated value fits.</summary>
        public static TrapCode CheckI64(double a, bool signed)
        {
            if (a != a) return TrapCode.InvalidConversionToInteger;
            bool fits = signed ? -TwoTo63 <= a && a < TwoTo63 : -1.0 < a && a < TwoTo64;
            return fits ? TrapCode.None : TrapCode.IntegerOverflow;
        }

        /// <summary>The low 32 bits of a value known to fit 64 signed ones.</summary>
        public static int ToI32(double a)
        {
            return (int)(long)a;
        }

        /// <summary>Bits of an unsigned 64-bit integer known to fit.</summary>
        public static long ToU64(double a)
        {
            if (a < TwoTo63) return (long)a;
            return (long)(a - TwoTo63) | long.MinValue;
        }

        public static int SaturateI32(double a, bool signed)
        {
            TrapCode trap = CheckI32(a, signed);
            if (trap == TrapCode.None) return ToI32(a);
            if (trap == TrapCode.InvalidConversionToInteger) return 0;
            if (signed) return a < 0 ? int.MinValue : int.MaxValue;
            return a < 0 ? 0 : -1;
        }

        public static long SaturateI64(double a, bool signed)
        {
            TrapCode trap = CheckI64(a, signed);
            if (trap == TrapCode.None) return signed ? (long)a : ToU64(a);
            if (trap == TrapCode.InvalidConversionToInteger) return 0;
            if (signed) return a < 0 ? long.MinValue : long.MaxValue;
            return a < 0 ? 0 : -1;
        }
    }
}
