using Fog.Conformance.Mathematics;
using Xunit.Abstractions;

namespace Fog.Wasm.Math.Tests;

/// <summary>
/// Distance from the exact value over random arguments; <c>dotnet run -c Release --project tests/Conformance -- math</c>
/// does the same with millions of them.
/// </summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    private const int Points = 20_000;

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, AccuracyTable.Rows.Count)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_result_is_within_its_bound_of_the_exact_value(int number)
    {
        var row = AccuracyTable.Rows[number];
        var (ulps, argument) = AccuracyTable.Worst(row, Points, seed: 7);
        output.WriteLine($"{row.Name}, {row.Range}: {ulps:F3} ulp at {argument}");
        Assert.True(ulps <= row.UlpsMax, $"{row.Name}({argument}) is {ulps:F3} ulp from the exact value, at most {row.UlpsMax} expected");
    }

    /// <summary>The table's reference, of 104 bits, against one of 220.</summary>
    [Fact]
    public void The_reference_is_exact_to_a_millionth_of_an_ulp()
    {
        var random = new Random(3);
        foreach (var (name, exact, reference, argument) in References(random))
        {
            for (var i = 0; i < 200; i++)
            {
                var x = argument();
                var (value, power) = exact(x);
                var error = (((Real)value.High + value.Low).Scale(power) - reference(x)).Abs();
                var scale = reference(x).Abs();
                Assert.True((error * Real.Of(System.Numerics.BigInteger.One << 85)) < scale, $"{name}({x:R})");
            }
        }
    }

    private static IEnumerable<(string Name, Func<double, Exact> Exact, Func<double, Real> Reference, Func<double> Argument)> References(Random random)
    {
        double Wide() => (random.NextDouble() - 0.5) * 20;
        double Unit() => (random.NextDouble() * 2) - 1;
        double Large() => System.Math.Exp(random.NextDouble() * 700);
        return
        [
            ("sin", Exact.Sin, Reference.Sin, Wide), ("sin", Exact.Sin, Reference.Sin, Large), ("cos", Exact.Cos, Reference.Cos, Wide), ("cos", Exact.Cos, Reference.Cos, Large),
            ("tan", Exact.Tan, Reference.Tan, Wide), ("asin", Exact.Asin, Reference.Asin, Unit), ("acos", Exact.Acos, Reference.Acos, Unit), ("atan", Exact.Atan, x => Reference.Atan(x), Wide),
            ("exp", Exact.Exp, x => Reference.Exp(x), Wide), ("log", Exact.Log, x => Reference.Log(x), Large), ("log", Exact.Log, x => Reference.Log(x), () => 1 + (Unit() * 1e-9)),
            ("log2", Exact.Log2, x => Reference.Log(x) / Real.Ln2, Large), ("log10", Exact.Log10, x => Reference.Log(x) / Reference.Log(10), Large), ("pow", x => Exact.Pow(x, 1.7), x => Reference.Pow(x, 1.7), Large),
            ("sinh", Exact.Sinh, Reference.Sinh, Wide), ("cosh", Exact.Cosh, Reference.Cosh, Wide), ("tanh", Exact.Tanh, Reference.Tanh, Wide), ("asinh", Exact.Asinh, Reference.Asinh, Wide),
            ("acosh", Exact.Acosh, Reference.Acosh, () => 1 + Large()), ("acosh", Exact.Acosh, Reference.Acosh, () => 1 + (random.NextDouble() * 0.1)), ("atanh", Exact.Atanh, Reference.Atanh, Unit), ("cbrt", Exact.Cbrt, Reference.Cbrt, Wide),
        ];
    }
}
