#nullable enable
using Fog.Samples;

namespace Fog.Firmware.Device.Host;

/// <summary>A function that calls every elementary function, for the runtime that computes them otherwise than .NET does.</summary>
internal static class ElementaryCase
{
    public const string Name = "elementary";

    // The results' bits in one number.
    private const string Source = """
        using Fog.Client;

        public static class Mathematics
        {
            [FogFunction]
            public static long Elementary(double[] points)
            {
                long hash = 0;
                for (var i = 1; i < points.Length; i++)
                {
                    double x = points[i], y = points[i - 1];
                    hash = Mix(Mix(Mix(hash, Math.Sin(x)), Math.Cos(x)), Math.Tan(x));
                    hash = Mix(Mix(Mix(hash, Math.Asin(x)), Math.Acos(x)), Math.Atan(x));
                    hash = Mix(Mix(Mix(hash, Math.Exp(x)), Math.Log(x)), Math.Cbrt(x));
                    hash = Mix(Mix(Mix(hash, Math.Log2(x)), Math.Log10(x)), Math.Atan2(y, x));
                    hash = Mix(Mix(Mix(hash, Math.Sinh(x)), Math.Cosh(x)), Math.Tanh(x));
                    hash = Mix(Mix(Mix(hash, Math.Asinh(x)), Math.Acosh(x)), Math.Atanh(x));
                    hash = Mix(hash, Math.Pow(y, x));
                }

                return hash;
            }

            static long Mix(long hash, double value) => hash * 1099511628211 + BitConverter.DoubleToInt64Bits(value);
        }
        """;

    // Of every way through them, signs, zeros, subnormals, infinities and NaN among them.
    private static readonly double[] Points =
    [
        0, -0.0, 1, -1, 0.3, -0.3, 0.7, -0.95, 1e-9, -1e-9, 1.5, -2, 3, -7, 12.5, -20, 40, -300, 700, -720, 712, -746, 1e5, -1e6, 1e22, 1e200, -1e300,
        double.Epsilon, -1e-310, 1e-200, double.MaxValue, double.PositiveInfinity, 2, double.NegativeInfinity, 0.5, double.NaN, double.PositiveInfinity,
        double.NegativeInfinity, 0, 5, 0, -0.0, -5,
    ];

    public static Sample Sample { get; } = new(Name, "Mathematics.cs", Source, [Points], () => throw new NotSupportedException());
}
