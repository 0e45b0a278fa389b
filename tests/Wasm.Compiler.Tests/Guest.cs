using Fog.Conformance.Programs;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>Compiles functions and runs them as a device would.</summary>
internal static class Guest
{
    private const long FuelMax = 200_000_000;

    public static CompiledFunction Compile(string source, string path = "test.cs")
    {
        var result = FunctionCompiler.Compile(source, path);
        Assert.True(result.Succeeded, string.Join("\n", result.Diagnostics));
        return Assert.Single(result.Functions);
    }

    public static Outcome Run(CompiledFunction function, params object?[] arguments) => Run(Load(function), arguments);

    public static FunctionArtifact Load(CompiledFunction function) => FunctionArtifact.Load(function.Wasm.AsMemory());

    public static Outcome Run(FunctionArtifact artifact, params object?[] arguments) =>
        new DeviceEngine().Run(artifact, ValueCodec.EncodeArguments(artifact.Manifest, arguments), FuelMax);
}
