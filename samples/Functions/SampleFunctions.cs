using System.Collections.Immutable;

namespace Fog.Samples;

/// <summary>The sixteen sample functions.</summary>
public static class SampleFunctions
{
    // Sizes. Each call fits 64 KB of guest memory and takes at most 400,000 instructions; most results exceed 1 KB
    // and so travel by digest.
    private const int ArcDistanceN = 150;
    private const int RosenN = 1_000;
    private const int L2normRows = 200, L2normColumns = 16;
    private const int VibrEnergyN = 500;
    private const int LstsqrN = 1_000;
    private const int ReverseCumsumN = 1_000;
    private const int HarrisRows = 40, HarrisColumns = 40;
    private const int PeriodicDistN = 40;
    private const int CronbachItems = 20, CronbachColumns = 100;
    private const int EvolveRows = 40, EvolveColumns = 40;
    private const int SpecialconvolveRows = 36, SpecialconvolveColumns = 36;
    private const int MultipleSumRows = 18, MultipleSumColumns = 32;
    private const int RepeatingN = 200, RepeatingTimes = 9;
    private const int CheckMaskRows = 1_500, CheckMaskBits = 6;
    private const int CreateGridN = 25;
    private const int NormalizeComplexArrN = 600;

    public static ImmutableArray<Sample> All { get; } =
    [
        ArcDistance(), Rosen(), Harris(), MultipleSum(), L2norm(), VibrEnergy(), Lstsqr(), ReverseCumsum(), PeriodicDist(),
        Cronbach(), Evolve(), Specialconvolve(), Repeating(), CheckMask(), CreateGrid(), NormalizeComplexArr(),
    ];

    private static Sample ArcDistance()
    {
        var inputs = new SampleInputs(1);
        double[] theta1 = inputs.Doubles(ArcDistanceN, -1.5, 1.5), phi1 = inputs.Doubles(ArcDistanceN, -3.1, 3.1);
        double[] theta2 = inputs.Doubles(ArcDistanceN, -1.5, 1.5), phi2 = inputs.Doubles(ArcDistanceN, -3.1, 3.1);
        return Of("arc-distance", "ArcDistance", [theta1, phi1, theta2, phi2], () => Kernels.ArcDistance(theta1, phi1, theta2, phi2));
    }

    private static Sample Rosen()
    {
        var x = new SampleInputs(2).Doubles(RosenN, -2, 2);
        return Of("rosen", "Rosen", [x], () => Kernels.Rosen(x));
    }

    private static Sample L2norm()
    {
        var x = new SampleInputs(3).Doubles(L2normRows * L2normColumns, -10, 10);
        return Of("l2norm", "L2norm", [x, L2normColumns], () => Kernels.L2norm(x, L2normColumns));
    }

    private static Sample VibrEnergy()
    {
        var inputs = new SampleInputs(4);
        double[] harmonic = inputs.Doubles(VibrEnergyN, 0, 1), anharmonic = inputs.Doubles(VibrEnergyN, 0, 0.1), i = inputs.Counts(VibrEnergyN, 20);
        return Of("vibr-energy", "VibrEnergy", [harmonic, anharmonic, i], () => Kernels.VibrEnergy(harmonic, anharmonic, i));
    }

    private static Sample Lstsqr()
    {
        var inputs = new SampleInputs(5);
        double[] x = inputs.Doubles(LstsqrN, 0, 100), y = inputs.Doubles(LstsqrN, 0, 100);
        return Of("lstsqr", "Lstsqr", [x, y], () => Kernels.Lstsqr(x, y));
    }

    private static Sample ReverseCumsum()
    {
        var x = new SampleInputs(6).Doubles(ReverseCumsumN, -1, 1);
        return Of("reverse-cumsum", "ReverseCumsum", [x], () => Kernels.ReverseCumsum(x));
    }

    private static Sample Harris()
    {
        var image = new SampleInputs(7).Doubles(HarrisRows * HarrisColumns, 0, 255);
        return Of("harris", "Harris", [image, HarrisColumns], () => Kernels.Harris(image, HarrisColumns));
    }

    private static Sample PeriodicDist()
    {
        var inputs = new SampleInputs(8);
        double[] x = inputs.Doubles(PeriodicDistN, 0, 10), y = inputs.Doubles(PeriodicDistN, 0, 10), z = inputs.Doubles(PeriodicDistN, 0, 10);
        return Of("periodic-dist", "PeriodicDist", [x, y, z, 10.0, true, true, false], () => Kernels.PeriodicDist(x, y, z, 10.0, true, true, false));
    }

    private static Sample Cronbach()
    {
        var scores = new SampleInputs(9).Counts(CronbachItems * CronbachColumns, 5);
        return Of("cronbach", "Cronbach", [scores, CronbachColumns], () => Kernels.Cronbach(scores, CronbachColumns));
    }

    private static Sample Evolve()
    {
        var grid = new SampleInputs(10).Doubles(EvolveRows * EvolveColumns, 0, 1);
        return Of("evolve", "Evolve", [grid, EvolveColumns, 0.1, 1.0], () => Kernels.Evolve(grid, EvolveColumns, 0.1, 1.0));
    }

    private static Sample Specialconvolve()
    {
        var a = new SampleInputs(11).Words(SpecialconvolveRows * SpecialconvolveColumns);
        return Of("specialconvolve", "Specialconvolve", [a, SpecialconvolveColumns], () => Kernels.Specialconvolve(a, SpecialconvolveColumns));
    }

    private static Sample MultipleSum()
    {
        var a = new SampleInputs(12).Doubles(MultipleSumRows * MultipleSumColumns, -1, 1);
        return Of("multiple-sum", "MultipleSum", [a, MultipleSumColumns], () => Kernels.MultipleSum(a, MultipleSumColumns));
    }

    private static Sample Repeating()
    {
        var x = new SampleInputs(13).Doubles(RepeatingN, 0, 1);
        return Of("repeating", "Repeating", [x, RepeatingTimes], () => Kernels.Repeating(x, RepeatingTimes));
    }

    private static Sample CheckMask()
    {
        var inputs = new SampleInputs(14);
        byte[] rows = inputs.Bits(CheckMaskRows * (1 + CheckMaskBits)), mask = inputs.Bits(CheckMaskBits);
        return Of("check-mask", "CheckMask", [rows, mask], () => Kernels.CheckMask(rows, mask));
    }

    private static Sample CreateGrid()
    {
        var x = new SampleInputs(15).Doubles(CreateGridN, 0, 1);
        return Of("create-grid", "CreateGrid", [x], () => Kernels.CreateGrid(x));
    }

    private static Sample NormalizeComplexArr()
    {
        var inputs = new SampleInputs(16);
        double[] real = inputs.Doubles(NormalizeComplexArrN, -5, 5), imaginary = inputs.Doubles(NormalizeComplexArrN, -5, 5);
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
