using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Values;

namespace Fog.Simulation.Site;

/// <summary>The functions of the workload, each with what it returns as plain C#.</summary>
internal static class Functions
{
    public const string Tenant = "acme";

    private const int Multiplier = 1_103_515_245;
    private const int Increment = 12_345;
    private const int Dividend = 1000;

    /// <summary>churn(rounds, seed): as many steps of a linear congruence; takes time.</summary>
    public static FunctionId Churn { get; } = new(Tenant, "churn");

    /// <summary>ratio(x): 1000 / x; traps for 0.</summary>
    public static FunctionId Ratio { get; } = new(Tenant, "ratio");

    public static IReadOnlyList<(FunctionId Function, ImmutableArray<byte> Module)> Modules { get; } =
    [
        (Churn, Module(
            "churn", ["rounds", "seed"],
            Instruction.WithBlock(Opcode.Loop, BlockType.Empty),
            Get(1), Instruction.I32Const(Multiplier), Opcode.I32Mul, Instruction.I32Const(Increment), Opcode.I32Add, Instruction.WithIndex(Opcode.LocalSet, 1),
            Get(0), Instruction.I32Const(1), Opcode.I32Sub, Instruction.WithIndex(Opcode.LocalTee, 0), Instruction.WithIndex(Opcode.BrIf, 0),
            Opcode.End,
            Get(1), Opcode.End)),
        (Ratio, Module("ratio", ["x"], Instruction.I32Const(Dividend), Get(0), Opcode.I32DivS, Opcode.End)),
    ];

    public static Digest Churned(int rounds, int seed)
    {
        int x = seed;
        for (int i = 0; i < rounds; i++)
        {
            x = unchecked((x * Multiplier) + Increment);
        }

        return ResultOf(x);
    }

    public static Digest? RatioOf(int x) => x == 0 ? null : ResultOf(Dividend / x);

    private static Digest ResultOf(int value) => Digest.Of(ValueCodec.EncodeResult(new FogResult.Returned(FogValue.Of(value))));

    private static Instruction Get(int local) => Instruction.WithIndex(Opcode.LocalGet, local);

    private static ImmutableArray<byte> Module(string name, string[] parameters, params ImmutableArray<Instruction> body)
    {
        var i32 = new FogType(FogKind.I32);
        var manifest = new FunctionManifest(name, "1", [.. parameters.Select(p => new FogParameter(p, i32))], i32);
        return
        [
            .. ModuleWriter.Write(new Module
            {
                Types = [manifest.ExportType],
                Functions = [new(0, [], body)],
                Exports = [new(name, ExternalKind.Function, 0)],
                CustomSections = [manifest.ToSection()],
            }),
        ];
    }
}
