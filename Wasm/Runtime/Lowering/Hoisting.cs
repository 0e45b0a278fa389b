using System.Collections.Immutable;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>
/// Constants used in loops: they get registers of their own behind the locals, filled once when the function is entered.
/// </summary>
internal static class Hoisting
{
    // A call pays for each of them, in time though not in fuel.
    private const int ConstantsMax = 16;

    /// <summary>Type and bits of the constants, in order of first use.</summary>
    public static ImmutableArray<(WasmType Type, ulong Bits)> Constants(ImmutableArray<Instruction> body, BasicBlocks blocks)
    {
        var found = ImmutableArray.CreateBuilder<(WasmType, ulong)>();
        var isLoop = new List<bool>();
        var loops = 0;
        for (var i = 0; i < body.Length && found.Count < ConstantsMax; i++)
        {
            switch (body[i].Opcode)
            {
                case Opcode.Block or Opcode.If or Opcode.Loop:
                    isLoop.Add(body[i].Opcode == Opcode.Loop);
                    if (isLoop[^1]) loops++;
                    break;
                case Opcode.End when isLoop.Count > 0:
                    if (isLoop[^1]) loops--;
                    isLoop.RemoveAt(isLoop.Count - 1);
                    break;
                case Opcode.I32Const or Opcode.I64Const or Opcode.F32Const or Opcode.F64Const when loops > 0 && blocks.IsLive(i):
                    var constant = (body[i].Opcode.ResultType(), body[i].Immediate);
                    if (!IsImmediate(body[i], body[i + 1].Opcode) && !found.Contains(constant)) found.Add(constant);
                    break;
            }
        }

        return found.ToImmutable();
    }

    // The instruction behind will take it as an immediate, at least where it is the right operand.
    private static bool IsImmediate(in Instruction constant, Opcode next) =>
        constant.Opcode == Opcode.I32Const
        && (int)constant.Immediate == (short)constant.Immediate
        && (next is Opcode.I32Add or Opcode.I32Sub or Opcode.I32Mul or Opcode.I32And or Opcode.I32Shl or Opcode.I32ShrS or Opcode.I32ShrU
            or Opcode.I32Eq or Opcode.I32Ne or Opcode.I32LtS or Opcode.I32GeS or Opcode.I32GtS or Opcode.I32LeS or Opcode.I32LtU or Opcode.I32GeU);

    private static WasmType ResultType(this Opcode opcode) => OpcodeTable.Get(opcode).Signature!.Results[0];
}
