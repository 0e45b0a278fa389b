using Fog.Firmware.Logic.Tests;
using Fog.Wasm.Format;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Firmware.Virtual.Tests;

/// <summary>Real images for the tests, assembled by hand.</summary>
internal static class SampleFunctions
{
    /// <summary>Counts up to its argument and returns it; nine units of fuel a step.</summary>
    public static FunctionArtifact Count { get; } = FunctionArtifact.Load(new ModuleBuilder()
        .Function(
            new([WasmType.I32], [WasmType.I32]),
            [WasmType.I32],
            Block(),
            Loop(),
            Get(1), Get(0), Opcode.I32GeS, BrIf(1),
            Get(1), I32(1), Opcode.I32Add, Set(1),
            Br(0),
            Opcode.End,
            Opcode.End,
            Get(1))
        .Export("count", 0)
        .Manifest(new("count", "1", [new("to", new(FogKind.I32))], new(FogKind.I32)))
        .ToBytes());

    public static TaskFields CountTo(int to, int number) => new()
    {
        Id = TaskFields.IdOf(number),
        Image = [.. Count.Image],
        Arguments = ValueCodec.EncodeArguments(Count.Manifest, [to]),
        Fuel = 1_000_000_000,
        DeadlineMillis = 4_000_000_000_000,
    };

    /// <summary>What a result says, or null for a trap.</summary>
    public static object? Read(ResultMessage result)
    {
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(result.Value), result.Digest);
        return ValueCodec.DecodeResult(result.Value) is FogResult.Returned returned ? returned.Value.Clr : null;
    }
}
