namespace Fog.Benchmarks.Functions;

/// <summary>One way to run a kernel.</summary>
internal abstract class Contender(string name)
{
    public string Name { get; } = name;

    /// <summary>Calls the kernel for about <paramref name="seconds"/>; its fastest call, and the value it returned (docs/values.md).</summary>
    public abstract Timing Measure(BenchmarkKernel kernel, double seconds);
}

/// <param name="Seconds">Of the fastest call: on a busy machine the others say how busy it was.</param>
/// <param name="Value">The canonical value returned, or null when it is not to be had.</param>
internal sealed record Timing(double Seconds, byte[] Value);
