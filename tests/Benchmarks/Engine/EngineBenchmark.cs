namespace Fog.Benchmarks.Engine;

/// <summary>The embedded engine's figures, each against its bar (docs/engine.md).</summary>
internal static class EngineBenchmark
{
    private static readonly (string Name, Func<Report, Task> Measure)[] s_parts =
    [
        ("calls", Calls.MeasureAsync),
        ("activations", Calls.MeasureActivationsAsync),
        ("writes", Writes.MeasureAsync),
        ("hosts", Hosts.MeasureAsync),
    ];

    /// <param name="names">Parts to run; none: all.</param>
    public static async Task<int> RunAsync(string[] names)
    {
        if (names.Except(s_parts.Select(static p => p.Name)).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine($"No part is called '{unknown}': use {string.Join(", ", s_parts.Select(static p => p.Name))}.");
            return 2;
        }

        var report = new Report();
        report.Header("engine");
        foreach (var part in s_parts.Where(p => names.Length == 0 || names.Contains(p.Name)))
        {
            await part.Measure(report);
        }

        Console.WriteLine(report.Holds ? "The bars hold." : "A bar does not hold.");
        return report.Holds ? 0 : 1;
    }
}
