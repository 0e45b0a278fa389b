using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class FunctionRunTests
{
    [Fact]
    public void The_sum_of_an_array_is_computed_and_metered()
    {
        var artifact = FunctionArtifact.Load(SumOfArray().ToBytes());
        var arguments = ValueCodec.EncodeArguments(artifact.Manifest, [new double[] { 1, 2, 3.5 }]);
        var run = new FunctionRun(artifact.Image.ToArray(), arguments, 1_000_000, 65_536, 16);

        Assert.True(run.Step(long.MaxValue));

        var returned = Assert.IsType<FogResult.Returned>(ValueCodec.DecodeResult(run.Result));
        Assert.Equal(6.5, returned.Value.Clr);
    }

    internal static ModuleBuilder SumOfArray() => new ModuleBuilder()
        .Memory(1)
        .Function(
            new([WasmType.I32, WasmType.I32], [WasmType.F64]),
            [WasmType.I32, WasmType.F64],
            Block(),
            Loop(),
            Get(2), Get(1), Opcode.I32GeS, BrIf(1),
            Get(3), Get(0), Get(2), I32(3), Opcode.I32Shl, Opcode.I32Add, Instruction.Access(Opcode.F64Load), Opcode.F64Add, Set(3),
            Get(2), I32(1), Opcode.I32Add, Set(2),
            Br(0),
            Opcode.End,
            Opcode.End,
            Get(3))
        .Export("sum", 0)
        .Allocator()
        .Manifest(new("sum", "1", [new("values", new(FogKind.F64, true))], new(FogKind.F64)));
}
