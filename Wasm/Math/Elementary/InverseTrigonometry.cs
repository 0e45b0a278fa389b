namespace Fog.Wasm.Math
{
    /// <summary>The inverse functions are all the angle of a point, which is computed to more than double precision.</summary>
    public static partial class DeterministicMath
    {
        private const double Pi = 3.141592653589793;
        private const double HalfPiHigh = 1.5707963267948966;
        private const double HalfPiLow = 6.123233995736766e-17;

        public static double Atan(double d)
        {
            if (d != d) return double.NaN;
            double a = System.Math.Abs(d);
            if (a < 7.450580596923828E-09) return d;
            if (18446744073709551616.0 < a) return WithSign(HalfPiHigh, d);
            double low;
            return WithSign(Angle(a, 0, 1, 0, out low), d);
        }

        public static double Asin(double d)
        {
            if (d != d) return double.NaN;
            double a = System.Math.Abs(d);
            if (a < 7.450580596923828E-09) return d;
            if (1 < a) return double.NaN;
            double otherLow;
            double other = OtherLeg(a, out otherLow);
            double low;
            return WithSign(Angle(a, 0, other, otherLow, out low), d);
        }

        public static double Acos(double d)
        {
            if (d != d) return double.NaN;
            double a = System.Math.Abs(d);
            if (1 < a) return double.NaN;
            double otherLow;
            double other = OtherLeg(a, out otherLow);
            double low;
            double high = Angle(other, otherLow, a, 0, out low);
            return d < 0 ? FromHalfTurn(high, low) : high;
        }

        public static double Atan2(double y, double x)
        {
            if (y != y || x != x) return double.NaN;
            bool left = System.BitConverter.DoubleToInt64Bits(x) < 0;
            double ay = System.Math.Abs(y);
            double ax = System.Math.Abs(x);
            if (ay == double.PositiveInfinity && ax == double.PositiveInfinity) return WithSign(left ? 3 * QuarterPi : QuarterPi, y);
            if (ay == 0) return left ? WithSign(Pi, y) : y;
            if (ax == 0) return WithSign(HalfPiHigh, y);
            double ratio = ay / ax;
            if (18446744073709551616.0 < ratio) return WithSign(HalfPiHigh, y);
            if (ratio < 5.421010862427522E-20) return WithSign(left ? Pi : ratio, y);

            // Within a factor of 2⁶⁴ of each other: away from both ends of the range, so that nothing under- or overflows.
            if (1e200 < ax)
            {
                ax *= PowerOfTwo(-400);
                ay *= PowerOfTwo(-400);
            }

            if (ax < 1e-200)
            {
                ax *= PowerOfTwo(400);
                ay *= PowerOfTwo(400);
            }

            double low;
            double high = Angle(ay, 0, ax, 0, out low);
            return WithSign(left ? FromHalfTurn(high, low) : high, y);
        }

        private static double FromHalfTurn(double high, double low)
        {
            double rest = Pi - high;
            return rest + (((Pi - rest) - high) + (2 * HalfPiLow - low));
        }

        /// <summary>√(1 − a²)</summary>
        private static double OtherLeg(double a, out double low)
        {
            double square = a * a;
            double rest = 1 - square;
            return SquareRoot(rest, ((1 - rest) - square) - ProductTail(a, a, square), out low);
        }

        /// <summary>The angle of the point (x + xLow, y + yLow) of the first quadrant.</summary>
        private static double Angle(double y, double yLow, double x, double xLow, out double angleLow)
        {
            bool steep = x < y;
            if (steep)
            {
                double swap = y;
                y = x;
                x = swap;
                swap = yLow;
                yLow = xLow;
                xLow = swap;
            }

            // Turn back by 0, arctan ½ or π/4, so that at most a slope of ¼ remains; the differences are exact.
            double turned = 0.0;
            double turnedLow = 0.0;
            double n = y;
            double nLow = yLow;
            double d = x;
            double dLow = xLow;
            if (0.75 * x <= y)
            {
                turned = QuarterPi;
                turnedLow = 3.061616997868383e-17;
                n = y - x;
                nLow = yLow - xLow;
                d = x + y;
                dLow = (x - d) + y + (xLow + yLow);
            }
            else if (0.25 * x <= y)
            {
                turned = 0.4636476090008061;
                turnedLow = 2.2698777452961687e-17;
                n = y - (0.5 * x);
                nLow = yLow - (0.5 * xLow);
                d = x + (0.5 * y);
                dLow = (x - d) + (0.5 * y) + (xLow + (0.5 * yLow));
            }

            double t = n / d;
            double tLow = QuotientTail(n, nLow, d, dLow, t);
            double z = t * t;
            tLow += t * z * (-0.3333333333333333 + (z * (0.19999999999998908 + (z * (-0.14285714285248566
                + (z * (0.11111111034591717 + (z * (-0.09090902779617664 + (z * (0.07692014361999468
                + (z * (-0.06658616033318444 + (z * (0.057522433535859556 + (z * -0.04100230346350536))))))))))))))));
            double high = turned + t;
            double low = (turned == 0 ? 0 : (turned - high) + t) + (tLow + turnedLow);
            if (steep)
            {
                double rest = HalfPiHigh - high;
                low = ((HalfPiHigh - rest) - high) + (HalfPiLow - low);
                high = rest;
            }

            double sum = high + low;
            angleLow = (high - sum) + low;
            return sum;
        }
    }
}
