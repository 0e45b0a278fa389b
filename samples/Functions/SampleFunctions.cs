using System.Collections.Immutable;

namespace Fog.Samples;

/// <summary>The sixteen sample functions.</summary>
public static class SampleFunctions
{
    /// <summary>As the demo calls them: each call fits 64 KB of guest memory and takes at most 400,000 instructions; most results exceed 1 KB and so travel by digest.</summary>
    public static ImmutableArray<Sample> All { get; } =
    [
        ArcDistance(150), Rosen(1_000), Harris(40, 40), MultipleSum(18, 32), L2norm(200, 16), VibrEnergy(500), Lstsqr(1_000), ReverseCumsum(1_000), PeriodicDist(40),
        Cronbach(20, 100), Evolve(40, 40), Specialconvolve(36, 36), Repeating(200, 9), CheckMask(1_500, 6), CreateGrid(25), NormalizeComplexArr(600),
    ];

    /// <summary>With less to work on, for a device of which an update's slot and a test take most of its heap.</summary>
    public static ImmutableArray<Sample> Small { get; } =
    [
        ArcDistance(30), Rosen(200), Harris(12, 12), MultipleSum(8, 16), L2norm(30, 10), VibrEnergy(80), Lstsqr(150), ReverseCumsum(200), PeriodicDist(20),
        Cronbach(10, 30), Evolve(14, 14), Specialconvolve(16, 16), Repeating(40, 5), CheckMask(300, 6), CreateGrid(9), NormalizeComplexArr(120),
    ];

    private static Sample ArcDistance(int n)
    {
        var inputs = new SampleInputs(1);
        double[] theta1 = inputs.Doubles(n, -1.5, 1.5), phi1 = inputs.Doubles(n, -3.1, 3.1);
        double[] theta2 = inputs.Doubles(n, -1.5, 1.5), phi2 = inputs.Doubles(n, -3.1, 3.1);
        return Of("arc-distance", "ArcDistance", [theta1, phi1, theta2, phi2], () => Kernels.ArcDistance(theta1, phi1, theta2, phi2));
    }

    private static Sample Rosen(int n)
    {
        var x = new SampleInputs(2).Doubles(n, -2, 2);
        return Of("rosen", "Rosen", [x], () => Kernels.Rosen(x));
    }

    private static Sample L2norm(int rows, int columns)
    {
        var x = new SampleInputs(3).Doubles(rows * columns, -10, 10);
        return Of("l2norm", "L2norm", [x, columns], () => Kernels.L2norm(x, columns));
    }

    private static Sample VibrEnergy(int n)
    {
        var inputs = new SampleInputs(4);
        double[] harmonic = inputs.Doubles(n, 0, 1), anharmonic = inputs.Doubles(n, 0, 0.1), i = inputs.Counts(n, 20);
        return Of("vibr-energy", "VibrEnergy", [harmonic, anharmonic, i], () => Kernels.VibrEnergy(harmonic, anharmonic, i));
    }

    private static Sample Lstsqr(int n)
    {
        var inputs = new SampleInputs(5);
        double[] x = inputs.Doubles(n, 0, 100), y = inputs.Doubles(n, 0, 100);
        return Of("lstsqr", "Lstsqr", [x, y], () => Kernels.Lstsqr(x, y));
    }

    private static Sample ReverseCumsum(int n)
    {
        var x = new SampleInputs(6).Doubles(n, -1, 1);
        return Of("reverse-cumsum", "ReverseCumsum", [x], () => Kernels.ReverseCumsum(x));
    }

    private static Sample Harris(int rows, int columns)
    {
        var image = new SampleInputs(7).Doubles(rows * columns, 0, 255);
        return Of("harris", "Harris", [image, columns], () => Kernels.Harris(image, columns));
    }

    private static Sample PeriodicDist(int n)
    {
        var inputs = new SampleInputs(8);
        double[] x = inputs.Doubles(n, 0, 10), y = inputs.Doubles(n, 0, 10), z = inputs.Doubles(n, 0, 10);
        return Of("periodic-dist", "PeriodicDist", [x, y, z, 10.0, true, true, false], () => Kernels.PeriodicDist(x, y, z, 10.0, true, true, false));
    }

    private static Sample Cronbach(int items, int columns)
    {
        var scores = new SampleInputs(9).Counts(items * columns, 5);
        return Of("cronbach", "Cronbach", [scores, columns], () => Kernels.Cronbach(scores, columns));
    }

    private static Sample Evolve(int rows, int columns)
    {
        var grid = new SampleInputs(10).Doubles(rows * columns, 0, 1);
        return Of("evolve", "Evolve", [grid, columns, 0.1, 1.0], () => Kernels.Evolve(grid, columns, 0.1, 1.0));
    }

    private static Sample Specialconvolve(int rows, int columns)
    {
        var a = new SampleInputs(11).Words(rows * columns);
        return Of("specialconvolve", "Specialconvolve", [a, columns], () => Kernels.Specialconvolve(a, columns));
    }

    private static Sample MultipleSum(int rows, int columns)
    {
        var a = new SampleInputs(12).Doubles(rows * columns, -1, 1);
        return Of("multiple-sum", "MultipleSum", [a, columns], () => Kernels.MultipleSum(a, columns));
    }

    private static Sample Repeating(int n, int times)
    {
        var x = new SampleInputs(13).Doubles(n, 0, 1);
        return Of("repeating", "Repeating", [x, times], () => Kernels.Repeating(x, times));
    }

    private static Sample CheckMask(int count, int bits)
    {
        var inputs = new SampleInputs(14);
        byte[] rows = inputs.Bits(count * (1 + bits)), mask = inputs.Bits(bits);
        return Of("check-mask", "CheckMask", [rows, mask], () => Kernels.CheckMask(rows, mask));
    }

    private static Sample CreateGrid(int n)
    {
        var x = new SampleInputs(15).Doubles(n, 0, 1);
        return Of("create-grid", "CreateGrid", [x], () => Kernels.CreateGrid(x));
    }

    private static Sample NormalizeComplexArr(int n)
    {
        var inputs = new SampleInputs(16);
        double[] real = inputs.Doubles(n, -5, 5), imaginary = inputs.Doubles(n, -5, 5);
        return Of("normalize-complex-arr", "NormalizeComplexArr", [real, imaginary], () => Kernels.NormalizeComplexArr(real, imaginary));
    }

    private static Sample Of(string name, string file, object[] arguments, Func<object> expected)
    {
        using var stream = typeof(SampleFunctions).Assembly.GetManifestResourceStream($"Kernels/{file}.cs")
            ?? throw new InvalidOperationException($"Kernels/{file}.cs is not embedded");
        using var reader = new StreamReader(stream);
        return new(name, $"{file}.cs", reader.ReadToEnd(), arguments, expected);
    }
}
