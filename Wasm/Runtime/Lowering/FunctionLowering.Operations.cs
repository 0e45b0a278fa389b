using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

// Instructions that compute: operands from registers, immediates where the device has them, conditions fused with the
// branch behind them, addresses with the load or store.
internal sealed partial class FunctionLowering
{
    private const int WideOffset = 0x10000;

    // False when the instruction is not one of these.
    private bool LowerOperation(OpcodeInfo row, FunctionType signature)
    {
        if (row.Immediates == Immediates.MemoryAccess)
        {
            Access(row);
            return true;
        }

        if (row.Immediates is Immediates.I32 or Immediates.I64 or Immediates.F32 or Immediates.F64)
        {
            var constant = constants.IndexOf((signature.Results[0], Current.Immediate));
            stack.PushConstant(signature.Results[0], Current.Immediate, constant < 0 ? -1 : constantRegisters[constant]);
            return true;
        }

        if (row.Immediates != Immediates.None || signature.Results.Length != 1) return false;
        if (signature.Parameters.Length == 1) Unary(row, signature);
        else Binary(row, signature);
        return true;
    }

    private void Unary(OpcodeInfo row, FunctionType signature)
    {
        if (row.Opcode == Opcode.I32Eqz && IsBranch(at + 1))
        {
            Fuse(Condition.Nonzero(stack.Register(stack.Pop())).Negated());
            return;
        }

        var operand = stack.Register(stack.Pop());
        Emit(row, DeviceOps.Of(row.Opcode).Op, stack.PushSlot(signature.Results[0]), operand);
    }

    private void Binary(OpcodeInfo row, FunctionType signature)
    {
        var right = stack.Pop();
        var left = stack.Pop();
        if (IsCommutative(row.Opcode) && IsShort(left) && !IsShort(right)) (left, right) = (right, left);
        var (op, swaps) = DeviceOps.Of(row.Opcode);

        if (DeviceOps.Branch(row.Opcode) is { } branch && (IsBranch(at + 1) || (At(at + 1) == Opcode.I32Eqz && IsBranch(at + 2))))
        {
            var condition = Compare(branch, left, right);
            if (At(at + 1) == Opcode.I32Eqz)
            {
                at++;
                condition = condition.Negated();
            }

            Fuse(condition);
        }
        else if (row.Opcode is Opcode.I32Shl or Opcode.I32Mul && Shift(row.Opcode, right) is var shift and > 0 && At(at + 1) == Opcode.I32Add)
        {
            stack.PushShifted(stack.Register(left), shift);
        }
        else if (row.Opcode == Opcode.I32Add && (right.Form == OperandForm.Shifted || left.Form == OperandForm.Shifted))
        {
            if (right.Form != OperandForm.Shifted) (left, right) = (right, left);
            stack.PushScaled(stack.Register(left), right.Index, (int)right.Bits);
        }
        else if (IsShort(right) && DeviceOps.Immediate(row.Opcode) is { } immediate)
        {
            var value = (int)right.Bits;
            if (row.Opcode == Opcode.I32Sub) value = -value;
            if (row.Opcode is Opcode.I32Shl or Opcode.I32ShrS or Opcode.I32ShrU) value &= 31;
            var register = stack.Register(left);
            Emit(row, immediate, stack.PushSlot(WasmType.I32), register, value);
        }
        else
        {
            var first = stack.Register(left);
            var second = stack.Register(right);
            if (swaps) (first, second) = (second, first);
            Emit(row, op, stack.PushSlot(signature.Results[0]), first, second);
        }
    }

    private Condition Compare(BranchOps branch, Operand left, Operand right)
    {
        if (branch.ImmediateWhenTrue is { } immediate && branch.ImmediateWhenFalse is { } immediateFalse && IsShort(right))
        {
            return new(immediate, immediateFalse, stack.Register(left), (int)right.Bits);
        }

        var first = stack.Register(left);
        var second = stack.Register(right);
        return branch.Swaps ? new(branch.WhenTrue, branch.WhenFalse, second, first) : new(branch.WhenTrue, branch.WhenFalse, first, second);
    }

    // The branch behind the comparison takes its condition.
    private void Fuse(Condition condition)
    {
        at++;
        if (Current.Opcode == Opcode.If) If(condition);
        else BranchIf(condition);
    }

    private void Access(OpcodeInfo row)
    {
        var isLoad = row.Signature!.Results.Length == 1;
        var value = isLoad ? default : stack.Pop();
        var address = stack.Pop();
        var offset = (uint)Current.Immediate;
        var valueRegister = isLoad ? -1 : stack.Register(value);
        if (address.Form == OperandForm.Scaled
            && DeviceOps.Indexed(row.Opcode) is var (indexed, shift) && shift == (int)address.Bits && offset < WideOffset)
        {
            if (isLoad) valueRegister = stack.PushSlot(row.Signature.Results[0]);
            Emit(row, indexed, valueRegister, address.Register, address.Index, (int)offset);
            return;
        }

        var register = stack.Register(address);
        if (offset >= WideOffset)
        {
            code.Emit(DeviceOp.AddressWide, address.Slot, register, (int)offset, (int)(offset >> 16));
            stack.NeedAtLeast(RegisterKind.I32, address.Slot + 1);
            register = address.Slot;
            offset = 0;
        }

        if (isLoad) valueRegister = stack.PushSlot(row.Signature.Results[0]);
        Emit(row, DeviceOps.Of(row.Opcode).Op, valueRegister, register, (int)offset);
    }

    private void Select()
    {
        var condition = stack.Register(stack.Pop());
        var second = stack.Register(stack.Pop());
        var operand = stack.Pop();
        var first = stack.Register(operand);
        var op = operand.Kind switch
        {
            RegisterKind.I32 => DeviceOp.SelectI32,
            RegisterKind.I64 => DeviceOp.SelectI64,
            RegisterKind.F32 => DeviceOp.SelectF32,
            _ => DeviceOp.SelectF64,
        };
        var start = code.Length;
        code.Emit(op, stack.PushSlot(operand.Type), condition, first, second);
        stack.WrittenBy(start);
    }

    // The result, if there is one, was pushed last.
    private void Emit(OpcodeInfo row, DeviceOp op, params ReadOnlySpan<int> operands)
    {
        if (row.Traps != Traps.None) code.MapTrap(Current.Offset);
        var start = code.Length;
        code.Emit(op, operands);
        if (row.Signature?.Results.Length == 1) stack.WrittenBy(start);
    }

    private Opcode At(int instruction) => instruction < function.Body.Length ? function.Body[instruction].Opcode : Opcode.End;

    private bool IsBranch(int instruction) => At(instruction) is Opcode.BrIf or Opcode.If;

    private static bool IsShort(Operand operand) =>
        operand is { Form: OperandForm.Constant, Type: WasmType.I32 } && (int)operand.Bits is > short.MinValue and <= short.MaxValue;

    private static bool IsCommutative(Opcode opcode) =>
        opcode is Opcode.I32Add or Opcode.I32Mul or Opcode.I32And or Opcode.I32Eq or Opcode.I32Ne;

    // log2 of the factor when the operation multiplies by the width of an array element, else 0.
    private static int Shift(Opcode opcode, Operand right)
    {
        if (right.Form != OperandForm.Constant) return 0;
        return opcode == Opcode.I32Shl
            ? (right.Bits is >= 1 and <= 3 ? (int)right.Bits : 0)
            : right.Bits switch { 2 => 1, 4 => 2, 8 => 3, _ => 0 };
    }
}
