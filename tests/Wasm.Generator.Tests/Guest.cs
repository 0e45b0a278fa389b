using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Generator.Tests;

/// <summary>Runs a module as a device would.</summary>
internal static class Guest
{
    /// <returns>The result, or the trap's name.</returns>
    public static object? Run(byte[] wasm, params object?[] arguments)
    {
        var artifact = FunctionArtifact.Load(wasm);
        var run = new FunctionRun([.. artifact.Image], ValueCodec.EncodeArguments(artifact.Manifest, arguments), artifact.Manifest.FuelMax, artifact.Manifest.MemoryBytesMax, artifact.Manifest.CallDepthMax);
        while (!run.Step(1_000_000))
        {
        }

        return ValueCodec.DecodeResult(run.Result) switch
        {
            FogResult.Returned returned => returned.Value.Clr,
            FogResult.Trapped trap => $"{trap.Code}",
            var other => throw new InvalidOperationException($"{other}"),
        };
    }
}
