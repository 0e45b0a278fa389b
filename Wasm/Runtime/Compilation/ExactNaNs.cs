using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// Where the bits of a NaN matter. Arithmetic makes the canonical NaN (docs/values.md), the machine some other one; but
/// arithmetic and comparisons do not care which NaN they take. So a NaN is made canonical not where it arises but where
/// its bits can be seen: in memory, globals, arguments, results, reinterpretation, signs, and in variables that also hold
/// values whose bits were never computed.
/// </summary>
internal static class ExactNaNs
{
    private const int RoundsMax = 8;

    /// <summary>Marks the variables that may hold a NaN other than the canonical one by right.</summary>
    public static void Mark(TranslatedFunction function)
    {
        for (var round = 0; ; round++)
        {
            var changed = false;
            foreach (var statement in function.Statements)
            {
                var (target, isExact) = statement switch
                {
                    Assign a => (a.Target, IsExact(a.Value)),
                    Select s => (s.Target, IsExact(s.WhenTrue) || IsExact(s.WhenFalse)),
                    _ => (null, false),
                };
                if (target is null || target.IsExact || target.Type is not (WasmType.F32 or WasmType.F64)) continue;
                if (!isExact && round < RoundsMax) continue;
                target.IsExact = changed = true;
            }

            if (!changed) return;
        }
    }

    /// <summary>Whether the value may be a NaN whose bits are to be kept.</summary>
    private static bool IsExact(Expression value) => value.Form switch
    {
        ExpressionForm.Constant => IsOtherNaN(value),
        ExpressionForm.Variable => value.Source!.IsExact,
        ExpressionForm.Operation => !IsArithmetic(value.Opcode),
        ExpressionForm.Elementary => false,
        _ => true,
    };

    /// <summary>Whether the operation makes canonical NaNs.</summary>
    public static bool IsArithmetic(Opcode opcode) => opcode is
        Opcode.F32Ceil or Opcode.F32Floor or Opcode.F32Trunc or Opcode.F32Nearest or Opcode.F32Sqrt
        or Opcode.F32Add or Opcode.F32Sub or Opcode.F32Mul or Opcode.F32Div or Opcode.F32Min or Opcode.F32Max
        or Opcode.F64Ceil or Opcode.F64Floor or Opcode.F64Trunc or Opcode.F64Nearest or Opcode.F64Sqrt
        or Opcode.F64Add or Opcode.F64Sub or Opcode.F64Mul or Opcode.F64Div or Opcode.F64Min or Opcode.F64Max
        or Opcode.F32DemoteF64 or Opcode.F64PromoteF32
        or (>= Opcode.F32ConvertI32S and <= Opcode.F32ConvertI64U) or (>= Opcode.F64ConvertI32S and <= Opcode.F64ConvertI64U);

    /// <summary>Whether the constant is a NaN, and not the canonical one.</summary>
    public static bool IsOtherNaN(Expression constant) => constant.Type switch
    {
        WasmType.F32 => (constant.Bits & 0x7FFFFFFF) > 0x7F800000 && constant.Bits != 0x7FC00000,
        WasmType.F64 => (constant.Bits & long.MaxValue) > 0x7FF0000000000000 && constant.Bits != 0x7FF8000000000000,
        _ => false,
    };
}
