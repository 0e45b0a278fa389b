using System.Collections.Immutable;
using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>Takes out locals that only carry a value to the next instruction.</summary>
internal static class Peephole
{
    public static ImmutableArray<Code> Improve(ImmutableArray<Code> code)
    {
        // set x, get x  →  tee x
        var merged = new List<Code>(code.Length);
        foreach (var next in code)
        {
            if (next.Instruction.Opcode == Opcode.LocalGet && merged.Count > 0 && merged[^1] is var last
                && last.Instruction.Opcode == Opcode.LocalSet && ReferenceEquals(last.Operand, next.Operand))
            {
                merged[^1] = last with { Instruction = Opcode.LocalTee };
            }
            else
            {
                merged.Add(next);
            }
        }

        // A local that is never read need not be written.
        var read = merged.Where(c => c.Instruction.Opcode == Opcode.LocalGet).Select(c => c.Operand).ToHashSet();
        var result = ImmutableArray.CreateBuilder<Code>(merged.Count);
        foreach (var next in merged)
        {
            var isDead = next.Instruction.Opcode is Opcode.LocalTee or Opcode.LocalSet && !read.Contains(next.Operand);
            if (!isDead) result.Add(next);
            else if (next.Instruction.Opcode == Opcode.LocalSet) result.Add(new(Opcode.Drop));
        }

        return result.ToImmutable();
    }
}
