using Fog.Wasm.Format;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Modules assembled by hand.</summary>
internal static class Modules
{
    private static readonly FogType s_f64 = new(FogKind.F64);
    private static readonly FogType s_i32 = new(FogKind.I32);

    /// <summary><c>add(a: f64, b: f64) -> f64</c></summary>
    public static byte[] Add { get; } = Make(
        new FunctionManifest("add", "1", [new("a", s_f64), new("b", s_f64)], s_f64, Replicas: 5),
        [],
        Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.WithIndex(Opcode.LocalGet, 1), Opcode.F64Add, Opcode.End);

    /// <summary><c>trap()</c></summary>
    public static byte[] Trap { get; } = Make(
        new FunctionManifest("trap", "1", [], new FogType(FogKind.Void), Replicas: 3),
        [],
        Opcode.Unreachable, Opcode.End);

    /// <summary><c>spin(rounds: i32) -> i32</c>: counts down, some 5 units of fuel a round.</summary>
    public static byte[] Spin { get; } = Make(
        new FunctionManifest("spin", "1", [new("rounds", s_i32)], s_i32, Replicas: 5),
        [],
        Instruction.WithBlock(Opcode.Loop, BlockType.Empty),
        Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.I32Const(1), Opcode.I32Sub, Instruction.WithIndex(Opcode.LocalTee, 0),
        Instruction.WithIndex(Opcode.BrIf, 0),
        Opcode.End,
        Instruction.WithIndex(Opcode.LocalGet, 0), Opcode.End);

    /// <summary><c>churn(rounds: i32, seed: i32) -> i32</c>: as many steps of a linear congruence, 11 units of fuel each.</summary>
    public static byte[] Churn { get; } = Make(
        new FunctionManifest("churn", "1", [new("rounds", s_i32), new("seed", s_i32)], s_i32, Replicas: 5),
        [],
        Instruction.WithBlock(Opcode.Loop, BlockType.Empty),
        Instruction.WithIndex(Opcode.LocalGet, 1), Instruction.I32Const(1_103_515_245), Opcode.I32Mul, Instruction.I32Const(12_345), Opcode.I32Add,
        Instruction.WithIndex(Opcode.LocalSet, 1),
        Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.I32Const(1), Opcode.I32Sub, Instruction.WithIndex(Opcode.LocalTee, 0),
        Instruction.WithIndex(Opcode.BrIf, 0),
        Opcode.End,
        Instruction.WithIndex(Opcode.LocalGet, 1), Opcode.End);

    public static int Churned(int rounds, int seed)
    {
        for (int i = 0; i < rounds; i++)
        {
            seed = unchecked((seed * 1_103_515_245) + 12_345);
        }

        return seed;
    }

    /// <summary><c>NAME(x: f64) -> u8</c>: 77.</summary>
    public static byte[] Constant(string name) => Make(
        new FunctionManifest(name, "1", [new("x", s_f64)], new FogType(FogKind.U8), Replicas: 3),
        [],
        Instruction.I32Const(77), Opcode.End);

    private static byte[] Make(FunctionManifest manifest, WasmType[] locals, params Instruction[] body) => ModuleWriter.Write(new Module
    {
        Types = [manifest.ExportType],
        Functions = [new(0, [.. locals], [.. body])],
        Exports = [new(manifest.Name, ExternalKind.Function, 0)],
        CustomSections = [manifest.ToSection()],
    });
}
