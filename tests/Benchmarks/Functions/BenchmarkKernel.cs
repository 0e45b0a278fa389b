using System.Collections.Immutable;
using Fog.Samples;
using Fog.Wasm.Compiler;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Benchmarks.Functions;

/// <summary>A sample kernel, compiled, with its reference arguments.</summary>
/// <param name="Arguments">The canonical argument list.</param>
/// <param name="IsTranscendental">It calls sin, cos, exp or the like; results of other libraries may differ in the last bits.</param>
internal sealed record BenchmarkKernel(string Name, ImmutableArray<byte> Wasm, FunctionArtifact Artifact, byte[] Arguments, bool IsTranscendental)
{
    private static readonly HashSet<string> Transcendental = ["arc-distance", "vibr-energy"];

    /// <summary>The sample kernels, or those named.</summary>
    public static IReadOnlyList<BenchmarkKernel> All(IReadOnlyCollection<string> names) =>
        [.. SampleFunctions.All.Where(s => names.Count == 0 || names.Contains(s.Name)).Select(Of)];

    private static BenchmarkKernel Of(Sample sample)
    {
        var wasm = FunctionCompiler.Compile(sample.Source, sample.File).Functions.Single().Wasm;
        var artifact = FunctionArtifact.Load(wasm.AsMemory());
        return new(sample.Name, wasm, artifact, ValueCodec.EncodeArguments(artifact.Manifest, sample.Arguments), Transcendental.Contains(sample.Name));
    }
}
