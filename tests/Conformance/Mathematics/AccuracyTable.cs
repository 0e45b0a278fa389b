using Fog.Wasm.Math;

namespace Fog.Conformance.Mathematics;

/// <summary>A function over a range of arguments.</summary>
/// <param name="UlpsMax">What it keeps.</param>
/// <param name="Measure">One random point: the argument, and the distance of the result from the exact value in ulp.</param>
internal sealed record AccuracyRow(string Name, string Range, double UlpsMax, Func<Random, (string Argument, double Ulps)> Measure);

/// <summary>How far the functions of Wasm/Math are from the exact values.</summary>
internal static class AccuracyTable
{
    public const int PointsByDefault = 1_000_000;

    public static IReadOnlyList<AccuracyRow> Rows { get; } =
    [
        One("sin", "±10", 0.85, Between(-10, 10), DeterministicMath.Sin, Exact.Sin),
        One("sin", "1 to 1e308", 0.85, Spread(1, 1e308), DeterministicMath.Sin, Exact.Sin),
        One("sin", "near multiples of π/2", 0.85, random => random.Next(1, 2_000_000) * (System.Math.PI / 2), DeterministicMath.Sin, Exact.Sin),
        One("cos", "±10", 0.85, Between(-10, 10), DeterministicMath.Cos, Exact.Cos),
        One("cos", "1 to 1e308", 0.85, Spread(1, 1e308), DeterministicMath.Cos, Exact.Cos),
        One("tan", "±10", 1, Between(-10, 10), DeterministicMath.Tan, Exact.Tan),
        One("tan", "1e-5 to 1e308", 1, Spread(1e-5, 1e308), DeterministicMath.Tan, Exact.Tan),
        One("asin", "±1", 0.6, Between(-1, 1), DeterministicMath.Asin, Exact.Asin),
        One("acos", "±1", 0.8, Between(-1, 1), DeterministicMath.Acos, Exact.Acos),
        One("atan", "±2", 0.6, Between(-2, 2), DeterministicMath.Atan, Exact.Atan),
        One("atan", "1e-5 to 1e15", 0.6, Spread(1e-5, 1e15), DeterministicMath.Atan, Exact.Atan),
        Two("atan2", "1e-3 to 1e3", 0.6, Spread(1e-3, 1e3), Spread(1e-3, 1e3), DeterministicMath.Atan2, Exact.Atan2),
        One("exp", "−745 to 709", 0.85, Between(-745, 709.7), DeterministicMath.Exp, Exact.Exp),
        One("exp", "±2", 0.85, Between(-2, 2), DeterministicMath.Exp, Exact.Exp),
        One("log", "all positive", 0.6, Positive(5e-324, 1.7e308), DeterministicMath.Log, Exact.Log),
        One("log", "½ to 2", 0.6, Between(0.5, 2), DeterministicMath.Log, Exact.Log),
        One("log2", "all positive", 0.6, Positive(5e-324, 1.7e308), DeterministicMath.Log2, Exact.Log2),
        One("log2", "½ to 2", 0.6, Between(0.5, 2), DeterministicMath.Log2, Exact.Log2),
        One("log10", "all positive", 0.6, Positive(5e-324, 1.7e308), DeterministicMath.Log10, Exact.Log10),
        Two("pow", "1e-3 to 1e3, ±100", 0.9, Positive(1e-3, 1e3), Between(-100, 100), DeterministicMath.Pow, Exact.Pow),
        Two("pow", "near 1, ±6000", 0.9, Between(0.9, 1.1), Between(-6_000, 6_000), DeterministicMath.Pow, Exact.Pow),
        Two("pow", "0 to 10, 2 to 4", 0.9, Between(0, 10), random => random.Next(2, 5), DeterministicMath.Pow, Exact.Pow),
        One("sinh", "±3", 0.9, Between(-3, 3), DeterministicMath.Sinh, Exact.Sinh),
        One("sinh", "1e-3 to 710", 0.9, Spread(1e-3, 710), DeterministicMath.Sinh, Exact.Sinh),
        One("cosh", "±3", 0.9, Between(-3, 3), DeterministicMath.Cosh, Exact.Cosh),
        One("cosh", "1e-3 to 710", 0.9, Spread(1e-3, 710), DeterministicMath.Cosh, Exact.Cosh),
        One("tanh", "±3", 0.95, Between(-3, 3), DeterministicMath.Tanh, Exact.Tanh),
        One("tanh", "1e-5 to 25", 0.95, Spread(1e-5, 25), DeterministicMath.Tanh, Exact.Tanh),
        One("asinh", "1e-5 to 1e308", 0.6, Spread(1e-5, 1e308), DeterministicMath.Asinh, Exact.Asinh),
        One("acosh", "1 to 1e308", 0.6, random => 1 + Positive(1e-10, 1e308)(random), DeterministicMath.Acosh, Exact.Acosh),
        One("atanh", "±1", 0.6, Between(-1, 1), DeterministicMath.Atanh, Exact.Atanh),
        One("cbrt", "all", 0.6, Spread(5e-324, 1.7e308), DeterministicMath.Cbrt, Exact.Cbrt),
        Single("sin", DeterministicMathF.Sin, Exact.Sin), Single("cos", DeterministicMathF.Cos, Exact.Cos), Single("tan", DeterministicMathF.Tan, Exact.Tan),
        Single("atan", DeterministicMathF.Atan, Exact.Atan), Single("exp", DeterministicMathF.Exp, Exact.Exp, -103, 88),
        Single("log", x => DeterministicMathF.Log(x), Exact.Log, 1e-45f, 3e38f), Single("sinh", DeterministicMathF.Sinh, Exact.Sinh, -88, 88), Single("cosh", DeterministicMathF.Cosh, Exact.Cosh, -88, 88),
        Single("tanh", DeterministicMathF.Tanh, Exact.Tanh), Single("asinh", DeterministicMathF.Asinh, Exact.Asinh), Single("cbrt", DeterministicMathF.Cbrt, Exact.Cbrt),
    ];

    /// <summary>The worst of that many points.</summary>
    public static (double Ulps, string Argument) Worst(AccuracyRow row, int points, int seed)
    {
        var random = new Random(seed);
        var worst = (Ulps: -1.0, Argument: "");
        for (var i = 0; i < points; i++)
        {
            var (argument, ulps) = row.Measure(random);
            if (!(ulps <= worst.Ulps)) worst = (ulps, argument);
        }

        return worst;
    }

    /// <summary><c>math [--points N]</c></summary>
    public static int Print(int points, TextWriter output)
    {
        var missed = 0;
        output.WriteLine($"{"function",-12}{"arguments",-24}{"max ulp",8}{"bound",8}   worst argument, of {points:N0}");
        foreach (var row in Rows)
        {
            var (ulps, argument) = Worst(row, points, seed: 1);
            if (!(ulps <= row.UlpsMax)) missed++;
            output.WriteLine($"{row.Name,-12}{row.Range,-24}{ulps,8:F3}{row.UlpsMax,8:F2}   {argument}");
        }

        return missed == 0 ? 0 : 1;
    }

    private static AccuracyRow One(string name, string range, double ulpsMax, Func<Random, double> argument, Func<double, double> function, Func<double, Exact> exact) =>
        new(name, range, ulpsMax, random =>
        {
            var x = argument(random);
            return ($"{x:R}", exact(x).UlpsFrom(function(x)));
        });

    private static AccuracyRow Two(string name, string range, double ulpsMax, Func<Random, double> first, Func<Random, double> second, Func<double, double, double> function, Func<double, double, Exact> exact) =>
        new(name, range, ulpsMax, random =>
        {
            var (x, y) = (first(random), second(random));
            return ($"{x:R}, {y:R}", exact(x, y).UlpsFrom(function(x, y)));
        });

    // Floats of every exponent, evenly by their bits.
    private static AccuracyRow Single(string name, Func<float, float> function, Func<double, Exact> exact, float min = -3e38f, float max = 3e38f) =>
        new(name + " float", min == -3e38f ? "all" : $"{min:G3} to {max:G3}", 0.501, random =>
        {
            float x;
            do x = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            while (!(x >= min && x <= max) || x == 0);
            return ($"{x:R}", exact(x).UlpsFrom(function(x)));
        });

    private static Func<Random, double> Between(double from, double to) => random => from + ((to - from) * random.NextDouble());

    private static Func<Random, double> Positive(double from, double to) =>
        random => System.Math.Exp(System.Math.Log(from) + ((System.Math.Log(to) - System.Math.Log(from)) * random.NextDouble()));

    private static Func<Random, double> Spread(double from, double to) => random => (random.Next(2) == 0 ? -1 : 1) * Positive(from, to)(random);
}
