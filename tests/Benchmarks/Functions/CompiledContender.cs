using System.Diagnostics;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Benchmarks.Functions;

/// <summary>The module compiled to IL, fuel metered: the call alone, as on V8.</summary>
internal sealed class CompiledContender() : Contender("il")
{
    public override Timing Measure(BenchmarkKernel kernel, double seconds)
    {
        var manifest = kernel.Artifact.Manifest;
        var module = CompiledModule.Compile(kernel.Artifact.Module);
        var best = long.MaxValue;
        CompiledRun run;
        Stopwatch? watch = null;
        do
        {
            run = new CompiledRun(module, manifest, kernel.Arguments, manifest.FuelMax, manifest.MemoryBytesMax, manifest.CallDepthMax);
            if (!run.Prepare()) throw new InvalidOperationException($"{kernel.Name} traps before it is called");
            var start = Stopwatch.GetTimestamp();
            run.Call();
            best = Math.Min(best, Stopwatch.GetTimestamp() - start);

            // The first call compiles the function to machine code.
            watch ??= Stopwatch.StartNew();
        }
        while (watch.Elapsed.TotalSeconds < seconds);
        run = new CompiledRun(module, manifest, kernel.Arguments, manifest.FuelMax, manifest.MemoryBytesMax, manifest.CallDepthMax);
        run.Run();
        return new((double)best / Stopwatch.Frequency, CanonicalValue.Of(run.Result!));
    }
}
