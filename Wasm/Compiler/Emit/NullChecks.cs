using System.Collections.Immutable;
using Fog.Wasm.Compiler.Lowering;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>Checks for null stay only in modules where a null can come from somewhere.</summary>
internal static class NullChecks
{
    public static ImmutableArray<Code> Resolve(ImmutableArray<Code> code, bool hasNull)
    {
        var result = ImmutableArray.CreateBuilder<Code>(code.Length);
        foreach (var next in code)
        {
            if (next.Operand is NullSource) result.Add(next with { Operand = null });
            else if (next.Operand is RuntimeFunction.NewArrayOfNull) result.Add(next with { Operand = RuntimeFunction.NewArray });
            else if (next.Operand is not NullCheck check) result.Add(next);
            else if (hasNull) result.Add(next with { Operand = check.Pointer });
        }

        return result.ToImmutable();
    }
}
