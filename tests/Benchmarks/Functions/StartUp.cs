using System.Diagnostics;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Benchmarks.Functions;

/// <summary>From the bytes of a module to the end of its first call: decoded, validated, compiled to IL and by the JIT.</summary>
internal static class StartUp
{
    /// <summary>Seconds of the fastest start in about <paramref name="seconds"/>; nothing of one start is there for the next.</summary>
    public static double Measure(BenchmarkKernel kernel, double seconds)
    {
        var best = long.MaxValue;
        var watch = Stopwatch.StartNew();
        do
        {
            var start = Stopwatch.GetTimestamp();
            var artifact = FunctionArtifact.Load(kernel.Wasm.AsMemory());
            var module = CompiledModule.Compile(artifact.Module);
            var manifest = artifact.Manifest;
            var run = new CompiledRun(module, manifest, kernel.Arguments, manifest.FuelMax, manifest.MemoryBytesMax, manifest.CallDepthMax);
            if (!run.Run()) throw new InvalidOperationException($"{kernel.Name} did not end");
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);
        }
        while (watch.Elapsed.TotalSeconds < seconds);
        return (double)best / Stopwatch.Frequency;
    }
}
