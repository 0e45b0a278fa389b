using Fog.Samples;
using Fog.Wasm.Compiler;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Conformance.Programs;

/// <summary>How large the sample functions' modules are, and what their reference calls take.</summary>
internal static class SizeTable
{
    public const int BytesMax = 2_048;
    public const int BytesMaxWithTrigonometry = 6_144;

    /// <summary>The samples that call a trigonometric function.</summary>
    private static readonly HashSet<string> WithTrigonometry = ["arc-distance"];

    public static int BoundOf(Sample sample) => WithTrigonometry.Contains(sample.Name) ? BytesMaxWithTrigonometry : BytesMax;

    public static CompiledFunction Compile(Sample sample) => FunctionCompiler.Compile(sample.Source, sample.File).Functions.Single();

    /// <summary><c>sizes</c></summary>
    public static int Print(TextWriter output)
    {
        var missed = 0;
        output.WriteLine($"{"function",-24}{"module",8}{"bound",8}{"code",8}{"image",8}{"fuel",10}");
        foreach (var sample in SampleFunctions.All)
        {
            var function = Compile(sample);
            var artifact = FunctionArtifact.Load(function.Wasm.AsMemory());
            var fuel = new DeviceEngine().Run(artifact, ValueCodec.EncodeArguments(artifact.Manifest, sample.Arguments), 100_000_000).Fuel;
            var custom = artifact.Module.CustomSections.Sum(s => s.Bytes.Length);
            if (function.Wasm.Length >= BoundOf(sample)) missed++;
            output.WriteLine($"{sample.Name,-24}{function.Wasm.Length,8:N0}{BoundOf(sample),8:N0}{function.Wasm.Length - custom,8:N0}{artifact.Image.Length,8:N0}{fuel,10:N0}");
        }

        return missed == 0 ? 0 : 1;
    }
}
