using static Fog.Wasm.Math.DeterministicMath;

namespace Fog.Wasm.Math.Tests;

/// <summary>
/// C99, Annex F (F.9), every function that <see cref="System.Math"/> has too. Minimum and maximum are .NET's: a NaN wins, where
/// C's fmin and fmax give the other.
/// </summary>
public sealed class SpecialCaseTests
{
    private const double Inf = double.PositiveInfinity;
    private const double NaN = double.NaN;
    private const double Tiny = 5e-324;

    public static TheoryData<string, double, double> Cases => new()
    {
        { "sin(+0)", Sin(0.0), 0.0 }, { "sin(-0)", Sin(-0.0), -0.0 }, { "sin(inf)", Sin(Inf), NaN }, { "sin(nan)", Sin(NaN), NaN }, { "sin(tiny)", Sin(Tiny), Tiny },
        { "cos(0)", Cos(0.0), 1 }, { "cos(-0)", Cos(-0.0), 1 }, { "cos(-inf)", Cos(-Inf), NaN }, { "cos(nan)", Cos(NaN), NaN },
        { "tan(-0)", Tan(-0.0), -0.0 }, { "tan(inf)", Tan(Inf), NaN }, { "tan(nan)", Tan(NaN), NaN },
        { "asin(-0)", Asin(-0.0), -0.0 }, { "asin(1)", Asin(1), System.Math.PI / 2 }, { "asin(-1)", Asin(-1), -System.Math.PI / 2 }, { "asin(2)", Asin(2), NaN }, { "asin(nan)", Asin(NaN), NaN },
        { "acos(1)", Acos(1), 0.0 }, { "acos(-1)", Acos(-1), System.Math.PI }, { "acos(0)", Acos(0), System.Math.PI / 2 }, { "acos(-2)", Acos(-2), NaN }, { "acos(nan)", Acos(NaN), NaN },
        { "atan(-0)", Atan(-0.0), -0.0 }, { "atan(inf)", Atan(Inf), System.Math.PI / 2 }, { "atan(-inf)", Atan(-Inf), -System.Math.PI / 2 }, { "atan(1)", Atan(1), System.Math.PI / 4 }, { "atan(nan)", Atan(NaN), NaN },
        { "atan2(+0,-0)", Atan2(0.0, -0.0), System.Math.PI }, { "atan2(-0,-0)", Atan2(-0.0, -0.0), -System.Math.PI }, { "atan2(+0,+0)", Atan2(0.0, 0.0), 0.0 }, { "atan2(-0,+0)", Atan2(-0.0, 0.0), -0.0 },
        { "atan2(+0,-1)", Atan2(0.0, -1), System.Math.PI }, { "atan2(-0,1)", Atan2(-0.0, 1), -0.0 }, { "atan2(-1,0)", Atan2(-1, 0.0), -System.Math.PI / 2 }, { "atan2(1,-0)", Atan2(1, -0.0), System.Math.PI / 2 },
        { "atan2(1,-inf)", Atan2(1, -Inf), System.Math.PI }, { "atan2(-1,inf)", Atan2(-1, Inf), -0.0 }, { "atan2(inf,5)", Atan2(Inf, 5), System.Math.PI / 2 },
        { "atan2(inf,-inf)", Atan2(Inf, -Inf), 3 * System.Math.PI / 4 }, { "atan2(-inf,inf)", Atan2(-Inf, Inf), -System.Math.PI / 4 }, { "atan2(nan,1)", Atan2(NaN, 1), NaN }, { "atan2(tiny,tiny)", Atan2(Tiny, Tiny), System.Math.PI / 4 },
        { "atan2(max,max)", Atan2(double.MaxValue, double.MaxValue), System.Math.PI / 4 }, { "atan2(tiny,1)", Atan2(Tiny, 1), Tiny },
        { "exp(0)", Exp(0.0), 1 }, { "exp(-inf)", Exp(-Inf), 0.0 }, { "exp(inf)", Exp(Inf), Inf }, { "exp(nan)", Exp(NaN), NaN }, { "exp(710)", Exp(710), Inf }, { "exp(-746)", Exp(-746), 0.0 },
        { "exp(709.79)", Exp(709.79), Inf }, { "exp(-745.1)", Exp(-745.1), Tiny }, { "exp(-745.14)", Exp(-745.14), 0.0 },
        { "log(0)", Log(0.0), -Inf }, { "log(-0)", Log(-0.0), -Inf }, { "log(1)", Log(1), 0.0 }, { "log(-1)", Log(-1), NaN }, { "log(inf)", Log(Inf), Inf }, { "log(nan)", Log(NaN), NaN },
        { "log2(8)", Log2(8), 3 }, { "log2(tiny)", Log2(Tiny), -1074 }, { "log2(0)", Log2(0), -Inf }, { "log2(-1)", Log2(-1), NaN }, { "log2(inf)", Log2(Inf), Inf },
        { "log10(1000)", Log10(1000), 3 }, { "log10(1e22)", Log10(1e22), 22 }, { "log10(0)", Log10(-0.0), -Inf }, { "log10(1)", Log10(1), 0.0 },
        { "log(8,2)", Log(8, 2), 3 }, { "log(8,1)", Log(8, 1), NaN }, { "log(8,0)", Log(8, 0), NaN }, { "log(1,0)", Log(1, 0), -0.0 },
        { "pow(-0,-3)", Pow(-0.0, -3), -Inf }, { "pow(-0,-2)", Pow(-0.0, -2), Inf }, { "pow(+0,-0.5)", Pow(0.0, -0.5), Inf }, { "pow(-0,3)", Pow(-0.0, 3), -0.0 }, { "pow(-0,4)", Pow(-0.0, 4), 0.0 },
        { "pow(-1,inf)", Pow(-1, Inf), 1 }, { "pow(-1,-inf)", Pow(-1, -Inf), 1 }, { "pow(1,nan)", Pow(1, NaN), 1 }, { "pow(nan,0)", Pow(NaN, -0.0), 1 }, { "pow(-8,1/3)", Pow(-8, 1.0 / 3), NaN },
        { "pow(0.5,-inf)", Pow(0.5, -Inf), Inf }, { "pow(2,-inf)", Pow(2, -Inf), 0.0 }, { "pow(0.5,inf)", Pow(0.5, Inf), 0.0 }, { "pow(-2,inf)", Pow(-2, Inf), Inf },
        { "pow(-inf,-3)", Pow(-Inf, -3), -0.0 }, { "pow(-inf,-2)", Pow(-Inf, -2), 0.0 }, { "pow(-inf,3)", Pow(-Inf, 3), -Inf }, { "pow(-inf,2.5)", Pow(-Inf, 2.5), Inf }, { "pow(inf,-1)", Pow(Inf, -1), 0.0 }, { "pow(inf,1)", Pow(Inf, 1), Inf },
        { "pow(-2,3)", Pow(-2, 3), -8 }, { "pow(-2,2)", Pow(-2, 2), 4 }, { "pow(2,1023)", Pow(2, 1023), System.Math.ScaleB(1, 1023) }, { "pow(2,-1074)", Pow(2, -1074), Tiny }, { "pow(2,1024)", Pow(2, 1024), Inf },
        { "pow(2,-1076)", Pow(2, -1076), 0.0 }, { "pow(-2,1025)", Pow(-2, 1025), -Inf }, { "pow(10,2)", Pow(10, 2), 100 }, { "pow(10,-2)", Pow(10, -2), 0.01 }, { "pow(-1,1e300)", Pow(-1, 1e300), 1 }, { "pow(-1,2^53-1)", Pow(-1, 9007199254740991), -1 },
        { "sinh(-0)", Sinh(-0.0), -0.0 }, { "sinh(-inf)", Sinh(-Inf), -Inf }, { "sinh(nan)", Sinh(NaN), NaN }, { "sinh(712)", Sinh(712), Inf }, { "cosh(-inf)", Cosh(-Inf), Inf }, { "cosh(0)", Cosh(-0.0), 1 }, { "cosh(nan)", Cosh(NaN), NaN },
        { "tanh(-0)", Tanh(-0.0), -0.0 }, { "tanh(-inf)", Tanh(-Inf), -1 }, { "tanh(30)", Tanh(30), 1 }, { "tanh(nan)", Tanh(NaN), NaN },
        { "asinh(-0)", Asinh(-0.0), -0.0 }, { "asinh(-inf)", Asinh(-Inf), -Inf }, { "asinh(nan)", Asinh(NaN), NaN }, { "acosh(1)", Acosh(1), 0.0 }, { "acosh(0.5)", Acosh(0.5), NaN }, { "acosh(inf)", Acosh(Inf), Inf },
        { "atanh(-0)", Atanh(-0.0), -0.0 }, { "atanh(1)", Atanh(1), Inf }, { "atanh(-1)", Atanh(-1), -Inf }, { "atanh(2)", Atanh(2), NaN },
        { "cbrt(-0)", Cbrt(-0.0), -0.0 }, { "cbrt(-27)", Cbrt(-27), -3 }, { "cbrt(inf)", Cbrt(-Inf), -Inf }, { "cbrt(nan)", Cbrt(NaN), NaN }, { "cbrt(1e300)", Cbrt(1e300), 1e100 },
        { "copysign(1,-0)", CopySign(1, -0.0), -1 }, { "copysign(-1,nan)", CopySign(-1, NaN), 1 }, { "min(-0,0)", Min(0.0, -0.0), -0.0 }, { "max(-0,0)", Max(-0.0, 0.0), 0.0 }, { "min(1,nan)", Min(1, NaN), NaN },
        { "round(2.5)", Round(2.5), 2 }, { "round(-0.4)", Round(-0.4), -0.0 }, { "round(2.345,2)", Round(2.345, 2), System.Math.Round(2.345, 2) }, { "scaleb", ScaleB(0.75, -1073), System.Math.ScaleB(0.75, -1073) }, { "scaleb up", ScaleB(Tiny, 2097), System.Math.ScaleB(Tiny, 2097) },
        { "sin(-inf)", Sin(-Inf), NaN }, { "cos(inf)", Cos(Inf), NaN }, { "tan(+0)", Tan(0.0), 0.0 }, { "tan(-inf)", Tan(-Inf), NaN },
        { "asin(+0)", Asin(0.0), 0.0 }, { "asin(-2)", Asin(-2), NaN }, { "asin(inf)", Asin(Inf), NaN }, { "asin(-inf)", Asin(-Inf), NaN }, { "acos(2)", Acos(2), NaN }, { "acos(inf)", Acos(Inf), NaN }, { "acos(-inf)", Acos(-Inf), NaN }, { "atan(+0)", Atan(0.0), 0.0 },
        { "atan2(-0,-1)", Atan2(-0.0, -1), -System.Math.PI }, { "atan2(+0,1)", Atan2(0.0, 1), 0.0 }, { "atan2(-1,-0)", Atan2(-1, -0.0), -System.Math.PI / 2 }, { "atan2(1,+0)", Atan2(1, 0.0), System.Math.PI / 2 }, { "atan2(-1,-inf)", Atan2(-1, -Inf), -System.Math.PI }, { "atan2(1,inf)", Atan2(1, Inf), 0.0 },
        { "atan2(-inf,5)", Atan2(-Inf, 5), -System.Math.PI / 2 }, { "atan2(inf,-5)", Atan2(Inf, -5), System.Math.PI / 2 }, { "atan2(-inf,-inf)", Atan2(-Inf, -Inf), -3 * System.Math.PI / 4 }, { "atan2(inf,inf)", Atan2(Inf, Inf), System.Math.PI / 4 }, { "atan2(1,nan)", Atan2(1, NaN), NaN }, { "atan2(0,nan)", Atan2(0.0, NaN), NaN }, { "atan2(inf,nan)", Atan2(Inf, NaN), NaN }, { "atan2(nan,inf)", Atan2(NaN, Inf), NaN }, { "atan2(nan,nan)", Atan2(NaN, NaN), NaN },
        { "exp(-0)", Exp(-0.0), 1 }, { "log(-inf)", Log(-Inf), NaN }, { "log2(-0)", Log2(-0.0), -Inf }, { "log2(1)", Log2(1), 0.0 }, { "log2(-inf)", Log2(-Inf), NaN }, { "log2(nan)", Log2(NaN), NaN }, { "log10(+0)", Log10(0.0), -Inf }, { "log10(-1)", Log10(-1), NaN }, { "log10(inf)", Log10(Inf), Inf }, { "log10(-inf)", Log10(-Inf), NaN }, { "log10(nan)", Log10(NaN), NaN },
        { "log(nan,2)", Log(NaN, 2), NaN }, { "log(2,nan)", Log(2, NaN), NaN }, { "log(8,inf)", Log(8, Inf), NaN }, { "log(0,2)", Log(0.0, 2), -Inf }, { "log(-8,2)", Log(-8, 2), NaN },
        { "pow(+0,-3)", Pow(0.0, -3), Inf }, { "pow(+0,-2)", Pow(0.0, -2), Inf }, { "pow(-0,-0.5)", Pow(-0.0, -0.5), Inf }, { "pow(+0,-inf)", Pow(0.0, -Inf), Inf }, { "pow(-0,-inf)", Pow(-0.0, -Inf), Inf }, { "pow(+0,3)", Pow(0.0, 3), 0.0 }, { "pow(-0,0.5)", Pow(-0.0, 0.5), 0.0 }, { "pow(+0,inf)", Pow(0.0, Inf), 0.0 }, { "pow(-0,inf)", Pow(-0.0, Inf), 0.0 },
        { "pow(1,inf)", Pow(1, Inf), 1 }, { "pow(1,-inf)", Pow(1, -Inf), 1 }, { "pow(nan,+0)", Pow(NaN, 0.0), 1 }, { "pow(0,0)", Pow(0.0, 0.0), 1 }, { "pow(inf,0)", Pow(Inf, 0.0), 1 }, { "pow(-inf,-0)", Pow(-Inf, -0.0), 1 }, { "pow(nan,1)", Pow(NaN, 1), NaN }, { "pow(2,nan)", Pow(2, NaN), NaN }, { "pow(-1,nan)", Pow(-1, NaN), NaN }, { "pow(0,nan)", Pow(0.0, NaN), NaN }, { "pow(nan,inf)", Pow(NaN, Inf), NaN },
        { "pow(-0.5,-inf)", Pow(-0.5, -Inf), Inf }, { "pow(-2,-inf)", Pow(-2, -Inf), 0.0 }, { "pow(-0.5,inf)", Pow(-0.5, Inf), 0.0 }, { "pow(2,inf)", Pow(2, Inf), Inf }, { "pow(-inf,-2.5)", Pow(-Inf, -2.5), 0.0 }, { "pow(-inf,inf)", Pow(-Inf, Inf), Inf }, { "pow(-inf,-inf)", Pow(-Inf, -Inf), 0.0 }, { "pow(inf,inf)", Pow(Inf, Inf), Inf }, { "pow(inf,-inf)", Pow(Inf, -Inf), 0.0 }, { "pow(-inf,2)", Pow(-Inf, 2), Inf }, { "pow(inf,0.5)", Pow(Inf, 0.5), Inf },
        { "sinh(+0)", Sinh(0.0), 0.0 }, { "sinh(inf)", Sinh(Inf), Inf }, { "sinh(-712)", Sinh(-712), -Inf }, { "cosh(+0)", Cosh(0.0), 1 }, { "cosh(inf)", Cosh(Inf), Inf }, { "cosh(-712)", Cosh(-712), Inf }, { "tanh(+0)", Tanh(0.0), 0.0 }, { "tanh(inf)", Tanh(Inf), 1 }, { "tanh(-30)", Tanh(-30), -1 },
        { "asinh(+0)", Asinh(0.0), 0.0 }, { "asinh(inf)", Asinh(Inf), Inf }, { "acosh(-1)", Acosh(-1), NaN }, { "acosh(-inf)", Acosh(-Inf), NaN }, { "acosh(nan)", Acosh(NaN), NaN }, { "atanh(+0)", Atanh(0.0), 0.0 }, { "atanh(-2)", Atanh(-2), NaN }, { "atanh(inf)", Atanh(Inf), NaN }, { "atanh(-inf)", Atanh(-Inf), NaN }, { "atanh(nan)", Atanh(NaN), NaN },
        { "cbrt(+0)", Cbrt(0.0), 0.0 }, { "cbrt(+inf)", Cbrt(Inf), Inf }, { "sqrt(+0)", Sqrt(0.0), 0.0 }, { "sqrt(-0)", Sqrt(-0.0), -0.0 }, { "sqrt(-1)", Sqrt(-1), NaN }, { "sqrt(-inf)", Sqrt(-Inf), NaN }, { "sqrt(inf)", Sqrt(Inf), Inf }, { "sqrt(nan)", Sqrt(NaN), NaN },
        { "ceiling(+0)", Ceiling(0.0), 0.0 }, { "ceiling(-0)", Ceiling(-0.0), -0.0 }, { "ceiling(-0.5)", Ceiling(-0.5), -0.0 }, { "ceiling(inf)", Ceiling(Inf), Inf }, { "ceiling(-inf)", Ceiling(-Inf), -Inf }, { "ceiling(nan)", Ceiling(NaN), NaN }, { "floor(+0)", Floor(0.0), 0.0 }, { "floor(-0)", Floor(-0.0), -0.0 }, { "floor(0.5)", Floor(0.5), 0.0 }, { "floor(inf)", Floor(Inf), Inf }, { "floor(-inf)", Floor(-Inf), -Inf }, { "floor(nan)", Floor(NaN), NaN },
        { "truncate(+0)", Truncate(0.0), 0.0 }, { "truncate(-0)", Truncate(-0.0), -0.0 }, { "truncate(-0.5)", Truncate(-0.5), -0.0 }, { "truncate(inf)", Truncate(Inf), Inf }, { "truncate(-inf)", Truncate(-Inf), -Inf }, { "truncate(nan)", Truncate(NaN), NaN }, { "round(+0)", Round(0.0), 0.0 }, { "round(-0)", Round(-0.0), -0.0 }, { "round(0.5)", Round(0.5), 0.0 }, { "round(1.5)", Round(1.5), 2 }, { "round(inf)", Round(Inf), Inf }, { "round(-inf)", Round(-Inf), -Inf }, { "round(nan)", Round(NaN), NaN },
        { "abs(-0)", Abs(-0.0), 0.0 }, { "abs(-inf)", Abs(-Inf), Inf }, { "abs(nan)", Abs(NaN), NaN }, { "copysign(nan,-1)", CopySign(NaN, -1), NaN }, { "copysign(-inf,+0)", CopySign(-Inf, 0.0), Inf }, { "min(nan,1)", Min(NaN, 1), NaN }, { "max(nan,1)", Max(NaN, 1), NaN }, { "max(1,nan)", Max(1, NaN), NaN }, { "max(-inf,inf)", Max(-Inf, Inf), Inf }, { "min(-inf,inf)", Min(-Inf, Inf), -Inf },
        { "fmod(+0,1)", Remainder(0.0, 1), 0.0 }, { "fmod(-0,1)", Remainder(-0.0, 1), -0.0 }, { "fmod(1,0)", Remainder(1, 0.0), NaN }, { "fmod(1,-0)", Remainder(1, -0.0), NaN }, { "fmod(inf,1)", Remainder(Inf, 1), NaN }, { "fmod(-inf,1)", Remainder(-Inf, 1), NaN }, { "fmod(1,inf)", Remainder(1, Inf), 1 }, { "fmod(-1,-inf)", Remainder(-1, -Inf), -1 }, { "fmod(-1,1)", Remainder(-1, 1), -0.0 }, { "fmod(nan,1)", Remainder(NaN, 1), NaN }, { "fmod(1,nan)", Remainder(1, NaN), NaN },
        { "remainder(+0,1)", IEEERemainder(0.0, 1), 0.0 }, { "remainder(-0,1)", IEEERemainder(-0.0, 1), -0.0 }, { "remainder(1,0)", IEEERemainder(1, 0.0), NaN }, { "remainder(inf,1)", IEEERemainder(Inf, 1), NaN }, { "remainder(-inf,1)", IEEERemainder(-Inf, 1), NaN }, { "remainder(1,inf)", IEEERemainder(1, Inf), 1 }, { "remainder(-1,-inf)", IEEERemainder(-1, -Inf), -1 }, { "remainder(-1,1)", IEEERemainder(-1, 1), -0.0 }, { "remainder(nan,1)", IEEERemainder(NaN, 1), NaN }, { "remainder(1,nan)", IEEERemainder(1, NaN), NaN },
        { "scaleb(+0,5)", ScaleB(0.0, 5), 0.0 }, { "scaleb(-0,-5)", ScaleB(-0.0, -5), -0.0 }, { "scaleb(inf,-5000)", ScaleB(Inf, -5000), Inf }, { "scaleb(-inf,5)", ScaleB(-Inf, 5), -Inf }, { "scaleb(nan,1)", ScaleB(NaN, 1), NaN }, { "scaleb(3,0)", ScaleB(3, 0), 3 }, { "scaleb(1,5000)", ScaleB(1, 5000), Inf }, { "scaleb(-1,-5000)", ScaleB(-1, -5000), -0.0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_special_case_has_the_standard_value(string name, double actual, double expected)
    {
        var same = double.IsNaN(expected) ? double.IsNaN(actual) : BitConverter.DoubleToInt64Bits(actual) == BitConverter.DoubleToInt64Bits(expected);
        Assert.True(same, $"{name} is {actual:R}, not {expected:R}");
    }

    /// <summary>Each float function at the special arguments of its double, so that the cases above are its own.</summary>
    [Fact]
    public void A_float_function_is_its_double_function_at_every_special_case()
    {
        var floats = typeof(DeterministicMathF).GetMethods().Where(m => m.ReturnType == typeof(float) && m.GetParameters().All(p => p.ParameterType == typeof(float))).ToList();
        float[] points = [0f, -0f, 1, -1, 2, -2, 0.5f, -0.5f, 2.5f, 3, -3, float.PositiveInfinity, float.NegativeInfinity, float.NaN, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 89, -89, 104, -104];
        foreach (var method in floats)
        {
            var twin = typeof(DeterministicMath).GetMethod(method.Name, [.. method.GetParameters().Select(_ => typeof(double))]);
            Assert.True(twin is not null, $"{method.Name} has no double");
            foreach (var x in points)
            {
                foreach (var y in method.GetParameters().Length == 1 ? points[..1] : points)
                {
                    object[] arguments = method.GetParameters().Length == 1 ? [x] : [x, y];
                    var expected = (float)(double)twin.Invoke(null, [.. arguments.Select(a => (object)(double)(float)a)])!;
                    Same(expected, (float)method.Invoke(null, arguments)!, $"{method.Name}({string.Join(", ", arguments)})");
                }
            }
        }

        Assert.True(floats.Count >= 28, $"{floats.Count} functions");
    }

    [Fact]
    public void Remainders_equal_those_of_the_platform()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var x = Any(random);
            var y = Any(random);
            Same(x % y, Remainder(x, y), $"{x:R} % {y:R}");
            Same(System.Math.IEEERemainder(x, y), IEEERemainder(x, y), $"IEEERemainder({x:R}, {y:R})");
        }
    }

    [Fact]
    public void Whole_powers_that_fit_are_exact()
    {
        for (var x = 1; x < 200; x++)
        {
            var power = 1.0;
            for (var n = 0; power <= 9007199254740992; n++, power *= x)
            {
                if (n > 60) break;
                Same(power, Pow(x, n), $"{x}^{n}");
            }
        }
    }

    private static void Same(double expected, double actual, string what)
    {
        var same = double.IsNaN(expected) ? double.IsNaN(actual) : BitConverter.DoubleToInt64Bits(actual) == BitConverter.DoubleToInt64Bits(expected);
        Assert.True(same, $"{what} is {actual:R}, not {expected:R}");
    }

    // Doubles of every kind, often alike in exponent, sometimes special.
    private static double Any(Random random) => random.Next(12) switch
    {
        0 => random.Next(-4, 5),
        1 => new[] { 0.0, -0.0, Inf, -Inf, NaN, Tiny, double.MaxValue, 2.2250738585072014E-308 }[random.Next(8)],
        < 6 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        < 8 => BitConverter.Int64BitsToDouble(random.NextInt64(0, 1L << 54)),
        _ => (random.NextDouble() - 0.5) * random.Next(1, 1_000_000),
    };
}
