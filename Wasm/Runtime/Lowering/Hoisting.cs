using System.Collections.Immutable;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>
/// What loops use and do not change gets registers of its own behind the locals: constants, filled when the function is
/// entered, and sums and products, computed when the outermost loop that does not change them is entered. Fuel stays that
/// of the blocks; nothing that is hoisted can trap.
/// </summary>
internal static class Hoisting
{
    // A call pays for each of them, in time though not in fuel.
    private const int ConstantsMax = 16;

    private const int ExpressionsMax = 16;

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

    /// <summary>The expressions of a body, those of outer loops first; equal ones of a loop share a register.</summary>
    public static ImmutableArray<HoistedExpression> Expressions(ImmutableArray<Instruction> body, BasicBlocks blocks, Func<int, WasmType> typeOf)
    {
        var found = new List<HoistedExpression>();
        var registers = 0;
        foreach (var (loop, end) in Loops(body, blocks))
        {
            var assigned = body[loop..end].Where(i => i.Opcode is Opcode.LocalSet or Opcode.LocalTee).Select(i => i.Index).ToHashSet();
            var values = new List<Value>();
            for (var i = loop + 1; i <= end; i++)
            {
                var outer = found.FindLastIndex(h => h.Start == i);
                if (outer >= 0)
                {
                    values.Add(new(i, found[outer].End, 0, found[outer].Type));
                    i = found[outer].End;
                }
                else if (body[i].Opcode == Opcode.LocalGet && !assigned.Contains(body[i].Index))
                {
                    values.Add(new(i, i, 0, typeOf(body[i].Index)));
                }
                else if (body[i].Opcode is Opcode.I32Const or Opcode.F64Const)
                {
                    values.Add(new(i, i, 0, body[i].Opcode.ResultType()));
                }
                else if (values.Count >= 2 && IsPure(body, i))
                {
                    var left = values[^2];
                    values.RemoveRange(values.Count - 2, 2);
                    values.Add(new(left.Start, i, left.Operations + 1, left.Type));
                }
                else
                {
                    foreach (var value in values.Where(v => v.Operations > 0 && blocks.IsLive(v.Start) && !IsAddress(body[i])))
                    {
                        var same = found.FindIndex(h => h.Loop == loop && IsSame(body, h, value));
                        if (same < 0 && registers == ExpressionsMax) break;
                        found.Add(new(loop, value.Start, value.End, value.Type, same < 0 ? registers++ : found[same].Register, same >= 0));
                    }

                    values.Clear();
                }
            }
        }

        return [.. found];
    }

    private static IEnumerable<(int Loop, int End)> Loops(ImmutableArray<Instruction> body, BasicBlocks blocks)
    {
        var loops = new List<(int Loop, int End)>();
        var open = new Stack<int>();
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i].Opcode is Opcode.Block or Opcode.If or Opcode.Loop) open.Push(i);
            if (body[i].Opcode != Opcode.End || !open.TryPop(out var start)) continue;
            if (body[start].Opcode == Opcode.Loop && blocks.IsLive(start)) loops.Add((start, i));
        }

        return loops.Order();
    }

    // Scaled indices are left to the load or store that takes them.
    private static bool IsPure(ImmutableArray<Instruction> body, int at) => body[at].Opcode switch
    {
        Opcode.I32Add or Opcode.I32Sub or Opcode.I32And or Opcode.F64Add or Opcode.F64Sub or Opcode.F64Mul or Opcode.F64Div => true,
        Opcode.I32Mul => body[at - 1] is not { Opcode: Opcode.I32Const, Immediate: 2 or 4 or 8 },
        _ => false,
    };

    private static bool IsAddress(in Instruction next) => OpcodeTable.Get(next.Opcode).Immediates == Immediates.MemoryAccess;

    private static bool IsSame(ImmutableArray<Instruction> body, HoistedExpression hoisted, Value value)
    {
        if (hoisted.End - hoisted.Start != value.End - value.Start) return false;
        for (var i = value.Start; i <= value.End; i++)
        {
            var other = body[hoisted.Start + i - value.Start];
            if (body[i].Opcode != other.Opcode || body[i].Immediate != other.Immediate) return false;
        }

        return true;
    }

    // The instruction behind will take it as an immediate, at least where it is the right operand.
    private static bool IsImmediate(in Instruction constant, Opcode next) =>
        constant.Opcode == Opcode.I32Const
        && (int)constant.Immediate == (short)constant.Immediate
        && (next is Opcode.I32Add or Opcode.I32Sub or Opcode.I32Mul or Opcode.I32And or Opcode.I32Shl or Opcode.I32ShrS or Opcode.I32ShrU
            or Opcode.I32Eq or Opcode.I32Ne or Opcode.I32LtS or Opcode.I32GeS or Opcode.I32GtS or Opcode.I32LeS or Opcode.I32LtU or Opcode.I32GeU);

    private static WasmType ResultType(this Opcode opcode) => OpcodeTable.Get(opcode).Signature!.Results[0];

    /// <summary>A value on the operand stack that the loop does not change, and where the code for it begins and ends.</summary>
    private readonly record struct Value(int Start, int End, int Operations, WasmType Type);
}

/// <summary>Instructions of a loop whose value is computed before it.</summary>
/// <param name="Register">Its number among the expressions of the function.</param>
/// <param name="IsRepeated">Another of the loop computes it.</param>
internal readonly record struct HoistedExpression(int Loop, int Start, int End, WasmType Type, int Register, bool IsRepeated);
