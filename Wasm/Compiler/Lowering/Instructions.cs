using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>The instruction of an operator on a type.</summary>
internal static class Instructions
{
    public static Opcode Of(BinaryOperator operation, ScalarType type) => type.Wasm switch
    {
        WasmType.F64 => F64(operation),
        WasmType.F32 => F32(operation),
        WasmType.I64 => I64(operation, type.IsSigned),
        _ => I32(operation, type.IsSigned),
    };

    private static Opcode I32(BinaryOperator operation, bool signed) => operation switch
    {
        BinaryOperator.Add => Opcode.I32Add,
        BinaryOperator.Subtract => Opcode.I32Sub,
        BinaryOperator.Multiply => Opcode.I32Mul,
        BinaryOperator.Divide => signed ? Opcode.I32DivS : Opcode.I32DivU,
        BinaryOperator.Remainder => signed ? Opcode.I32RemS : Opcode.I32RemU,
        BinaryOperator.And => Opcode.I32And,
        BinaryOperator.Or => Opcode.I32Or,
        BinaryOperator.Xor => Opcode.I32Xor,
        BinaryOperator.ShiftLeft => Opcode.I32Shl,
        BinaryOperator.ShiftRight => signed ? Opcode.I32ShrS : Opcode.I32ShrU,
        BinaryOperator.ShiftRightUnsigned => Opcode.I32ShrU,
        BinaryOperator.Equal => Opcode.I32Eq,
        BinaryOperator.NotEqual => Opcode.I32Ne,
        BinaryOperator.Less => signed ? Opcode.I32LtS : Opcode.I32LtU,
        BinaryOperator.LessOrEqual => signed ? Opcode.I32LeS : Opcode.I32LeU,
        BinaryOperator.Greater => signed ? Opcode.I32GtS : Opcode.I32GtU,
        BinaryOperator.GreaterOrEqual => signed ? Opcode.I32GeS : Opcode.I32GeU,
        _ => throw new InvalidOperationException($"no {operation} on i32"),
    };

    private static Opcode I64(BinaryOperator operation, bool signed) => operation switch
    {
        BinaryOperator.Add => Opcode.I64Add,
        BinaryOperator.Subtract => Opcode.I64Sub,
        BinaryOperator.Multiply => Opcode.I64Mul,
        BinaryOperator.Divide => signed ? Opcode.I64DivS : Opcode.I64DivU,
        BinaryOperator.Remainder => signed ? Opcode.I64RemS : Opcode.I64RemU,
        BinaryOperator.And => Opcode.I64And,
        BinaryOperator.Or => Opcode.I64Or,
        BinaryOperator.Xor => Opcode.I64Xor,
        BinaryOperator.ShiftLeft => Opcode.I64Shl,
        BinaryOperator.ShiftRight => signed ? Opcode.I64ShrS : Opcode.I64ShrU,
        BinaryOperator.ShiftRightUnsigned => Opcode.I64ShrU,
        BinaryOperator.Equal => Opcode.I64Eq,
        BinaryOperator.NotEqual => Opcode.I64Ne,
        BinaryOperator.Less => signed ? Opcode.I64LtS : Opcode.I64LtU,
        BinaryOperator.LessOrEqual => signed ? Opcode.I64LeS : Opcode.I64LeU,
        BinaryOperator.Greater => signed ? Opcode.I64GtS : Opcode.I64GtU,
        BinaryOperator.GreaterOrEqual => signed ? Opcode.I64GeS : Opcode.I64GeU,
        _ => throw new InvalidOperationException($"no {operation} on i64"),
    };

    private static Opcode F32(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Add => Opcode.F32Add,
        BinaryOperator.Subtract => Opcode.F32Sub,
        BinaryOperator.Multiply => Opcode.F32Mul,
        BinaryOperator.Divide => Opcode.F32Div,
        BinaryOperator.Equal => Opcode.F32Eq,
        BinaryOperator.NotEqual => Opcode.F32Ne,
        BinaryOperator.Less => Opcode.F32Lt,
        BinaryOperator.LessOrEqual => Opcode.F32Le,
        BinaryOperator.Greater => Opcode.F32Gt,
        BinaryOperator.GreaterOrEqual => Opcode.F32Ge,
        _ => throw new InvalidOperationException($"no {operation} on f32"),
    };

    private static Opcode F64(BinaryOperator operation) => operation switch
    {
        BinaryOperator.Add => Opcode.F64Add,
        BinaryOperator.Subtract => Opcode.F64Sub,
        BinaryOperator.Multiply => Opcode.F64Mul,
        BinaryOperator.Divide => Opcode.F64Div,
        BinaryOperator.Equal => Opcode.F64Eq,
        BinaryOperator.NotEqual => Opcode.F64Ne,
        BinaryOperator.Less => Opcode.F64Lt,
        BinaryOperator.LessOrEqual => Opcode.F64Le,
        BinaryOperator.Greater => Opcode.F64Gt,
        BinaryOperator.GreaterOrEqual => Opcode.F64Ge,
        _ => throw new InvalidOperationException($"no {operation} on f64"),
    };
}
