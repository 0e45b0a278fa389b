using System.Diagnostics;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Benchmarks.Functions;

/// <summary>From the bytes of a module to the end of its first call: decoded, validated, compiled to IL and by the JIT.</summary>
internal static class StartUp
{
    /// <summary>
    /// Processor time, in seconds, of the fastest start in about <paramref name="seconds"/>, in a process that has started
    /// others: nothing of one start is there for the next.
    /// </summary>
    /// <remarks>Not by the clock: on a busy machine few starts of some milliseconds pass without a pause.</remarks>
    public static double Measure(BenchmarkKernel kernel, double seconds)
    {
        var best = TimeSpan.MaxValue;
        var watch = Stopwatch.StartNew();
        do
        {
            var start = Environment.CpuUsage.TotalTime;
            var artifact = FunctionArtifact.Load(kernel.Wasm.AsMemory());
            var module = CompiledModule.Compile(artifact.Module);
            var manifest = artifact.Manifest;
            var run = new CompiledRun(module, manifest, kernel.Arguments, manifest.FuelMax, manifest.MemoryBytesMax, manifest.CallDepthMax);
            if (!run.Run()) throw new InvalidOperationException($"{kernel.Name} did not end");
            var used = Environment.CpuUsage.TotalTime - start;
            if (used < best) best = used;
        }
        while (watch.Elapsed.TotalSeconds < seconds);
        return best.TotalSeconds;
    }
}
