using System.Diagnostics;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;

namespace Fog.Benchmarks.Functions;

/// <summary>The portable executor: a call from the placed arguments to the encoded result.</summary>
internal sealed class PortableContender() : Contender("portable")
{
    public override Timing Measure(BenchmarkKernel kernel, double seconds)
    {
        var manifest = kernel.Artifact.Manifest;
        var best = long.MaxValue;
        byte[] image = [.. kernel.Artifact.Image];
        FunctionRun run;
        Stopwatch? watch = null;
        do
        {
            run = new FunctionRun(image, kernel.Arguments, manifest.FuelMax, manifest.MemoryBytesMax, manifest.CallDepthMax, copy: BlockCopy.Instance);
            var start = Stopwatch.GetTimestamp();
            run.Step(long.MaxValue);
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);

            // The first call compiles the executor.
            watch ??= Stopwatch.StartNew();
        }
        while (watch.Elapsed.TotalSeconds < seconds);
        return new((double)best / Stopwatch.Frequency, CanonicalValue.Of(run.Result));
    }
}
