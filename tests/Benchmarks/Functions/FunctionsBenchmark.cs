using System.Globalization;

namespace Fog.Benchmarks.Functions;

/// <summary>
/// The sample kernels on every engine at hand, in one run. The time of a row is its fastest call of the entry function; all
/// must return the same value.
/// </summary>
internal static class FunctionsBenchmark
{
    private const double SecondsPerRow = 0.5;
    private const double StartUpMillisecondsBar = 5;

    // A ratio of geometric means, and whether it is to be at least or at most that; without a bound, for information.
    private static readonly (string Of, string To, bool? Transcendental, double? Bound, bool AtLeast)[] Bars =
    [
        ("il", "v8", null, 1.5, false),
        ("portable", "cpython", false, 5, true),
        ("portable", "cpython", true, 1, true),
        ("il", "native", null, null, false),
        ("v8", "native", null, null, false),
        ("portable", "native", null, null, false),
    ];

    public static int Run(IReadOnlyCollection<string> names)
    {
        var kernels = BenchmarkKernel.All(names);
        var contenders = Contenders();
        var times = new Dictionary<(string Contender, string Kernel), double>();
        Console.WriteLine($"{"microseconds a call",-24}{string.Concat(contenders.Select(c => $"{c.Name,12}"))}");
        foreach (var kernel in kernels)
        {
            Console.Write($"{kernel.Name,-24}");
            byte[]? expected = null;
            foreach (var contender in contenders)
            {
                var timing = contender.Measure(kernel, SecondsPerRow);
                expected ??= timing.Value;
                if (!CanonicalValue.Agree(expected, timing.Value, kernel.IsTranscendental)) throw new InvalidOperationException($"{contender.Name} returned another value of {kernel.Name} than {contenders[0].Name}");
                times.Add((contender.Name, kernel.Name), timing.Seconds);
                Console.Write($"{(timing.Seconds * 1e6).ToString("F1", CultureInfo.InvariantCulture),12}");
            }

            Console.WriteLine();
        }

        var met = true;
        foreach (var (of, to, transcendental, bound, atLeast) in Bars)
        {
            var ratios = kernels.Where(k => transcendental is null || k.IsTranscendental == transcendental)
                .Where(k => times.ContainsKey((of, k.Name)) && times.ContainsKey((to, k.Name)))
                .Select(k => atLeast ? times[(to, k.Name)] / times[(of, k.Name)] : times[(of, k.Name)] / times[(to, k.Name)]).ToArray();
            if (ratios.Length == 0) continue;
            var mean = Math.Exp(ratios.Average(Math.Log));
            var meets = bound is null || (atLeast ? mean >= bound : mean <= bound);
            met &= meets;
            var bar = bound is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; bar: at {(atLeast ? "least" : "most")} {bound}");
            var which = transcendental switch { true => ", with transcendental functions", false => ", without transcendental functions", null => "" };
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{of} {(atLeast ? "is faster than" : "takes the time of")} {to} times {mean:F2} (geometric mean of {ratios.Length} kernels{which}{bar}){(bound is null ? "" : meets ? ": met" : ": MISSED")}"));
        }

        return met & StartUpMeets(kernels) ? 0 : 1;
    }

    private static bool StartUpMeets(IReadOnlyList<BenchmarkKernel> kernels)
    {
        var times = kernels.OrderBy(k => k.Wasm.Length).Select(k => (Kernel: k, Milliseconds: StartUp.Measure(k, SecondsPerRow) * 1e3)).ToArray();
        var (smallest, mean) = (times[0], Math.Exp(times.Average(t => Math.Log(t.Milliseconds))));
        var meets = smallest.Milliseconds < StartUpMillisecondsBar;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"il takes {smallest.Milliseconds:F2} ms of processor time from the bytes of a small module to the end of its first call, in a warm process ({smallest.Kernel.Name}, {smallest.Kernel.Wasm.Length} bytes; bar: below {StartUpMillisecondsBar}): {(meets ? "met" : "MISSED")}; geometric mean of {times.Length} kernels {mean:F2}, most {times.Max(t => t.Milliseconds):F2}"));
        return meets;
    }

    private static List<Contender> Contenders()
    {
        var ports = Path.Combine(AppContext.BaseDirectory, "Functions", "Ports");
        var contenders = new List<Contender> { new PortableContender(), new CompiledContender() };
        Add("v8", ForeignContender.Find("node"), "--no-liftoff", Path.Combine(ports, "kernel.cjs"));
        Add("cpython", ForeignContender.Find("python3.11", "python3"), Path.Combine(ports, "kernels.py"));
        var clang = ForeignContender.Find("clang");
        Console.WriteLine($"native: {clang?.Version ?? "no row, since clang is not installed"}");
        if (clang is { } compiler) contenders.Add(new ForeignContender("native", Compile(compiler.Path, Path.Combine(ports, "kernels"))));
        return contenders;

        void Add(string name, (string Path, string Version)? program, params string[] prefix)
        {
            Console.WriteLine($"{name}: {program?.Version ?? "not installed"}");
            if (program is { } found) contenders.Add(new ForeignContender(name, found.Path, prefix));
        }
    }

    /// <summary>What every machine of its kind runs: no instructions beyond the architecture's base, no contraction.</summary>
    private static string Compile(string clang, string kernels)
    {
        ForeignContender.Run(clang, ["-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O2", "-ffp-contract=off", $"{kernels}.c", "-lm", "-o", kernels]);
        return kernels;
    }
}
