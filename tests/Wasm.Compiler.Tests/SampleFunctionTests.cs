using Fog.Conformance.Programs;
using Fog.Samples;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Values;
using Xunit.Abstractions;

namespace Fog.Wasm.Compiler.Tests;

public sealed class SampleFunctionTests(ITestOutputHelper output)
{
    /// <summary>Instructions of a call at most, so that a slow device answers well within a second.</summary>
    private const long FuelMax = 400_000;

    public static TheoryData<string> Names => [.. SampleFunctions.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_gives_the_same_bits_as_on_DotNet(string name)
    {
        var sample = SampleFunctions.All.Single(s => s.Name == name);
        var function = Guest.Compile(sample.Source, sample.File);
        var outcome = Guest.Run(function, sample.Arguments);
        output.WriteLine($"{name}: {function.Wasm.Length} bytes, {outcome.Fuel} fuel");
        Assert.Equal(name, function.Manifest.Name);
        Assert.True(outcome.Agrees(new(sample.Expected(), null, 0)), $"{outcome}");
        Assert.True(outcome.Fuel <= FuelMax, $"{outcome.Fuel} fuel");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_compiled_for_a_fog_host_gives_the_same_for_the_same_fuel(string name)
    {
        var sample = SampleFunctions.All.Single(s => s.Name == name);
        var artifact = Guest.Load(Guest.Compile(sample.Source, sample.File));
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, sample.Arguments);
        var limits = artifact.Manifest;
        var portable = new FunctionRun([.. artifact.Image], arguments, limits.FuelMax, limits.MemoryBytesMax, limits.CallDepthMax);
        while (!portable.Step(long.MaxValue))
        {
        }

        var compiled = new CompiledRun(CompiledModule.Compile(artifact.Module), artifact.Manifest, arguments, limits.FuelMax, limits.MemoryBytesMax, limits.CallDepthMax);
        Assert.True(compiled.Run());
        Assert.Equal(portable.Result, compiled.Result);
        Assert.Equal(portable.FuelUsed, compiled.FuelUsed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_is_small(string name)
    {
        var sample = SampleFunctions.All.Single(s => s.Name == name);
        Assert.InRange(SizeTable.Compile(sample).Wasm.Length, 1, SizeTable.BoundOf(sample) - 1);
    }
}
