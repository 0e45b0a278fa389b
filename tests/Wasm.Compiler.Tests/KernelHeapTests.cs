using Fog.Samples;
using Fog.Wasm.Portable;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime.Values;
using Xunit.Abstractions;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>What a call of a sample kernel takes of nanoFramework's heap: image, arguments, registers, memory and result.</summary>
public sealed class KernelHeapTests(ITestOutputHelper output)
{
    private const int HeapBytesMax = 64 * 1024;
    private const long Slice = 1_000;

    public static TheoryData<string> Names => [.. SampleFunctions.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kernel_fits_64_KB_and_reports_what_it_takes(string name)
    {
        var sample = SampleFunctions.All.Single(s => s.Name == name);
        var artifact = Guest.Load(Guest.Compile(sample.Source, sample.File));
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, sample.Arguments);
        var limits = artifact.Manifest;
        var run = new FunctionRun([.. artifact.Image], arguments, limits.FuelMax, limits.MemoryBytesMax, limits.CallDepthMax);
        var most = NanoHeap.Bytes(run);
        Assert.Equal(most, run.HeapBytes);
        bool isOver;
        do
        {
            isOver = run.Step(Slice);
            Assert.Equal(NanoHeap.Bytes(run), run.HeapBytes);
            most = System.Math.Max(most, run.HeapBytes);
        }
        while (!isOver);
        output.WriteLine($"{name}: image {artifact.Image.Length}, arguments {arguments.Length}, result {run.Result.Length}, heap {most}");
        Assert.InRange(most, 1, HeapBytesMax);
    }
}
