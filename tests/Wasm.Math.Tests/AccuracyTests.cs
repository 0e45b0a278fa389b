using Xunit.Abstractions;

namespace Fog.Wasm.Math.Tests;

/// <summary>Distance from the exact value over random arguments, against a reference of some 200 bits.</summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    private const int Points = 4_000;

    public static TheoryData<string, double> Bounds => new()
    {
        { "sin", 0.85 }, { "sin, large", 0.85 }, { "sin, near multiples of π", 0.85 }, { "cos", 0.85 }, { "cos, large", 0.85 },
        { "tan", 0.9 }, { "tan, large", 0.9 }, { "asin", 0.6 }, { "acos", 0.7 }, { "atan", 0.6 }, { "atan, large", 0.6 }, { "atan2", 0.6 },
        { "exp", 0.85 }, { "exp, small", 0.85 }, { "log", 0.6 }, { "log, near 1", 0.6 }, { "log2", 0.6 }, { "log10", 0.6 },
        { "pow", 0.9 }, { "pow, near 1", 0.9 }, { "pow, square", 0.9 },
        { "sinh", 0.9 }, { "sinh, large", 0.9 }, { "cosh", 0.9 }, { "cosh, large", 0.9 }, { "tanh", 0.95 }, { "tanh, small", 0.95 },
        { "asinh", 0.6 }, { "acosh", 0.6 }, { "atanh", 0.6 }, { "cbrt", 0.6 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void The_result_is_within_its_bound_of_the_exact_value(string name, double ulpsMax)
    {
        var random = new Random(name.Length);
        var worst = 0.0;
        var where = "";
        for (var i = 0; i < Points; i++)
        {
            var (text, result, exact) = Sample(name, random);
            var ulps = exact.UlpsFrom(result);
            if (!(ulps > worst)) continue;
            worst = ulps;
            where = text;
        }

        output.WriteLine($"{name}: {worst:F3} ulp at {where}");
        Assert.True(worst <= ulpsMax, $"{name}({where}) is {worst:F3} ulp from the exact value, at most {ulpsMax} expected");
    }

    private static (string Argument, double Result, Real Exact) Sample(string name, Random random)
    {
        double Between(double from, double to) => from + ((to - from) * random.NextDouble());
        double Spread(double from, double to) => (random.Next(2) == 0 ? -1 : 1) * System.Math.Exp(Between(System.Math.Log(from), System.Math.Log(to)));
        (string, double, Real) One(double x, Func<double, double> f, Func<double, Real> exact) => ($"{x:R}", f(x), exact(x));
        (string, double, Real) Two(double x, double y, Func<double, double, double> f, Func<double, double, Real> exact) => ($"{x:R}, {y:R}", f(x, y), exact(x, y));
        return name switch
        {
            "sin" => One(Between(-10, 10), DeterministicMath.Sin, Reference.Sin),
            "sin, large" => One(Spread(1, 1e308), DeterministicMath.Sin, Reference.Sin),
            "sin, near multiples of π" => One(random.Next(1, 1000000) * System.Math.PI, DeterministicMath.Sin, Reference.Sin),
            "cos" => One(Between(-10, 10), DeterministicMath.Cos, Reference.Cos),
            "cos, large" => One(Spread(1e-5, 1e308), DeterministicMath.Cos, Reference.Cos),
            "tan" => One(Between(-10, 10), DeterministicMath.Tan, Reference.Tan),
            "tan, large" => One(Spread(1e-5, 1e308), DeterministicMath.Tan, Reference.Tan),
            "asin" => One(Between(-1, 1), DeterministicMath.Asin, Reference.Asin),
            "acos" => One(Between(-1, 1), DeterministicMath.Acos, Reference.Acos),
            "atan" => One(Between(-2, 2), DeterministicMath.Atan, x => Reference.Atan(x)),
            "atan, large" => One(Spread(1e-5, 1e15), DeterministicMath.Atan, x => Reference.Atan(x)),
            "atan2" => Two(Spread(1e-3, 1e3), Spread(1e-3, 1e3), DeterministicMath.Atan2, Reference.Atan2),
            "exp" => One(Between(-700, 709), DeterministicMath.Exp, x => Reference.Exp(x)),
            "exp, small" => One(Between(-2, 2), DeterministicMath.Exp, x => Reference.Exp(x)),
            "log" => One(System.Math.Abs(Spread(1e-320, 1e308)), DeterministicMath.Log, x => Reference.Log(x)),
            "log, near 1" => One(Between(0.5, 2), DeterministicMath.Log, x => Reference.Log(x)),
            "log2" => One(System.Math.Abs(Spread(1e-3, 1e3)), DeterministicMath.Log2, x => Reference.Log(x) / Real.Ln2),
            "log10" => One(System.Math.Abs(Spread(1e-3, 1e3)), DeterministicMath.Log10, x => Reference.Log(x) / Reference.Log(10)),
            "pow" => Two(System.Math.Abs(Spread(1e-3, 1e3)), Between(-90, 90), DeterministicMath.Pow, Reference.Pow),
            "pow, near 1" => Two(Between(0.9, 1.1), Between(-6000, 6000), DeterministicMath.Pow, Reference.Pow),
            "pow, square" => Two(Between(0, 10), random.Next(2, 5), DeterministicMath.Pow, Reference.Pow),
            "sinh" => One(Between(-3, 3), DeterministicMath.Sinh, Reference.Sinh),
            "sinh, large" => One(Spread(1e-3, 709), DeterministicMath.Sinh, Reference.Sinh),
            "cosh" => One(Between(-3, 3), DeterministicMath.Cosh, Reference.Cosh),
            "cosh, large" => One(Spread(1e-3, 709), DeterministicMath.Cosh, Reference.Cosh),
            "tanh" => One(Between(-3, 3), DeterministicMath.Tanh, Reference.Tanh),
            "tanh, small" => One(Spread(1e-5, 19), DeterministicMath.Tanh, Reference.Tanh),
            "asinh" => One(Spread(1e-5, 1e15), DeterministicMath.Asinh, Reference.Asinh),
            "acosh" => One(1 + System.Math.Abs(Spread(1e-10, 1e15)), DeterministicMath.Acosh, Reference.Acosh),
            "atanh" => One(Between(-1, 1), DeterministicMath.Atanh, Reference.Atanh),
            "cbrt" => One(Spread(1e-320, 1e308), DeterministicMath.Cbrt, Reference.Cbrt),
            _ => throw new ArgumentException(name),
        };
    }
}
