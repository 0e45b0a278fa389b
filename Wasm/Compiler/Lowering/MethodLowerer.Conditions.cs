using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    /// <summary>Branches when the condition is <paramref name="sense"/>, falls through otherwise.</summary>
    private void BranchIf(Expression condition, bool sense, Label target)
    {
        switch (condition)
        {
            case Constant constant:
                if (constant.Bits != 0 == sense) code.Branch(Opcode.Br, target);
                break;
            case Unary { Operator: UnaryOperator.Not } not:
                BranchIf(not.Operand, !sense, target);
                break;
            case ShortCircuit both when both.IsAnd != sense:
                // Either operand decides: a false one for &&, a true one for ||.
                BranchIf(both.Left, sense, target);
                BranchIf(both.Right, sense, target);
                break;
            case ShortCircuit both:
                var skip = code.Open(Opcode.Block);
                BranchIf(both.Left, !sense, skip);
                BranchIf(both.Right, sense, target);
                code.End();
                break;
            case Binary binary when !sense && Inverse(binary) is { } inverse:
                Push(inverse);
                code.Branch(Opcode.BrIf, target);
                break;
            default:
                Push(condition);
                if (!sense) code.Emit(Opcode.I32Eqz);
                code.Branch(Opcode.BrIf, target);
                break;
        }
    }

    /// <summary>The comparison that is true when this one is false; none for ordered floating point, because of NaN.</summary>
    private static Binary? Inverse(Binary binary)
    {
        if (binary.Type != CsType.Bool) return null;
        var isFloat = binary.Left.Type is ScalarType { IsFloat: true };
        return binary.Operator switch
        {
            BinaryOperator.Equal => binary with { Operator = BinaryOperator.NotEqual },
            BinaryOperator.NotEqual => binary with { Operator = BinaryOperator.Equal },
            BinaryOperator.Less when !isFloat => binary with { Operator = BinaryOperator.GreaterOrEqual },
            BinaryOperator.LessOrEqual when !isFloat => binary with { Operator = BinaryOperator.Greater },
            BinaryOperator.Greater when !isFloat => binary with { Operator = BinaryOperator.LessOrEqual },
            BinaryOperator.GreaterOrEqual when !isFloat => binary with { Operator = BinaryOperator.Less },
            _ => null,
        };
    }
}
