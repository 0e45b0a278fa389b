using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    private void PushUnary(Unary unary)
    {
        var type = (ScalarType)unary.Type;
        switch (unary.Operator)
        {
            case UnaryOperator.Not:
                Push(unary.Operand);
                code.Emit(Opcode.I32Eqz);
                break;
            case UnaryOperator.Complement:
                Push(unary.Operand);
                code.Emit(type.Wasm == WasmType.I64 ? Instruction.I64Const(-1) : Instruction.I32Const(-1));
                code.Emit(type.Wasm == WasmType.I64 ? Opcode.I64Xor : Opcode.I32Xor);
                Normalize(type);
                break;
            case UnaryOperator.Negate when type.IsFloat:
                Push(unary.Operand);
                code.Emit(type == CsType.F64 ? Opcode.F64Neg : Opcode.F32Neg);
                break;
            case UnaryOperator.Negate when unary.IsChecked:
                Push(unary.Operand);
                code.Emit(Opcode.Call, Checked("Negate", type));
                break;
            default:
                PushConstant(new(type, 0, unary.Place));
                Push(unary.Operand);
                code.Emit(type.Wasm == WasmType.I64 ? Opcode.I64Sub : Opcode.I32Sub);
                Normalize(type);
                break;
        }
    }

    private void PushBinary(Binary binary)
    {
        var type = (ScalarType)binary.Left.Type;
        if (binary is { IsChecked: true, Operator: BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply } && !type.IsFloat && !type.IsSmall)
        {
            Push(binary.Left);
            Push(binary.Right);
            code.Emit(Opcode.Call, Checked(binary.Operator.ToString(), type, type));
            return;
        }

        if (binary.Operator == BinaryOperator.Remainder && (type.IsFloat || type.IsSigned))
        {
            if (type.IsFloat) PushFloatRemainder(binary, type);
            else PushSignedRemainder(binary, type);
            return;
        }

        if (binary is { Operator: BinaryOperator.Equal or BinaryOperator.NotEqual, Right: Constant { Bits: 0 } } && !type.IsFloat)
        {
            Push(binary.Left);
            if (binary.Operator == BinaryOperator.Equal)
            {
                code.Emit(type.Wasm == WasmType.I64 ? Opcode.I64Eqz : Opcode.I32Eqz);
                return;
            }
        }
        else
        {
            Push(binary.Left);
        }

        Push(binary.Right);
        var isShift = binary.Operator is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight or BinaryOperator.ShiftRightUnsigned;
        if (isShift && type.Wasm == WasmType.I64) code.Emit(Opcode.I64ExtendI32U);
        var opcode = Instructions.Of(binary.Operator, type);
        if (binary.Operator == BinaryOperator.Divide && !type.IsFloat) code.EmitTrapping(opcode, binary.Place);
        else code.Emit(opcode);
        if (binary.Type is ScalarType { IsSmall: true, Kind: not FogKind.Bool } small) Normalize(small);
    }

    // x % -1 fails for the smallest x as x / -1 does, and so does this division; WebAssembly's remainder gives 0.
    private void PushSignedRemainder(Binary binary, ScalarType type)
    {
        if (binary.Right is Constant { Bits: not -1 })
        {
            Push(binary.Left);
            Push(binary.Right);
            code.EmitTrapping(Instructions.Of(BinaryOperator.Remainder, type), binary.Place);
            return;
        }

        var left = code.Take(type.Wasm);
        var right = code.Take(type.Wasm);
        Push(binary.Left);
        Push(binary.Right);
        code.Set(right);
        code.Tee(left);
        code.Get(right);
        code.EmitTrapping(Instructions.Of(BinaryOperator.Divide, type), binary.Place);
        code.Emit(Opcode.Drop);
        code.Get(left);
        code.Get(right);
        code.EmitTrapping(Instructions.Of(BinaryOperator.Remainder, type), binary.Place);
        code.Release(left);
        code.Release(right);
    }

    private void PushFloatRemainder(Binary binary, ScalarType type)
    {
        var number = program.Compilation.GetSpecialType(SpecialType.System_Double);
        var remainder = program.FindEmbedded("Fog.Wasm.Math.DeterministicMath", "Remainder", number, number)
            ?? throw new InvalidOperationException("no Remainder in Wasm/Math");
        Push(binary.Left);
        if (type == CsType.F32) code.Emit(Opcode.F64PromoteF32);
        Push(binary.Right);
        if (type == CsType.F32) code.Emit(Opcode.F64PromoteF32);
        code.Emit(Opcode.Call, new MethodInstance(remainder));
        if (type == CsType.F32) code.Emit(Opcode.F32DemoteF64);
    }

    /// <summary>Brings the i32 on the stack into the range of a small type.</summary>
    private void Normalize(ScalarType type)
    {
        switch (type.Kind)
        {
            case FogKind.I8:
                code.Emit(Opcode.I32Extend8S);
                break;
            case FogKind.I16:
                code.Emit(Opcode.I32Extend16S);
                break;
            case FogKind.U8:
                code.I32(0xFF);
                code.Emit(Opcode.I32And);
                break;
            case FogKind.U16 or FogKind.Char:
                code.I32(0xFFFF);
                code.Emit(Opcode.I32And);
                break;
        }
    }
}
