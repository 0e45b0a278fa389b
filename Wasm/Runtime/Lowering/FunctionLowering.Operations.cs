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
            var register = stack.Register(stack.Pop());
            at++;
            if (BasicBlocks.IsCheck(function.Body, at)) TrapIf(DeviceOp.TrapIfNot, register);
            else Branch(Condition.Nonzero(register).Negated());
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

        if (row.Opcode == Opcode.I32GeU && At(at + 1) == Opcode.If && BasicBlocks.IsCheck(function.Body, at + 1))
        {
            var first = stack.Register(left);
            var second = stack.Register(right);
            at++;
            TrapIf(DeviceOp.TrapIfGeU, first, second);
        }
        else if (!isLong && DeviceOps.Branch(row.Opcode) is { } branch && BranchBehind(at + 1) is var (place, isNegated))
        {
            var step = StepOf(row.Opcode, left, right, place);
            var condition = Compare(branch, left, right);
            at = place;
            if (step is { } found) StepAndBranch(found, condition);
            else Branch(isNegated ? condition.Negated() : condition);
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
        else if (row.Opcode == Opcode.I32Add && IsOctetAccess(at + 1) && IsRegister(left) && IsRegister(right) && IsChecked(stack.Register(right)))
        {
            stack.PushScaled(stack.Register(left), stack.Register(right), 0);
        }
        else if (IsShort(right) && DeviceOps.Immediate(row.Opcode) is { } immediate)
        {
            var value = (int)right.Bits;
            if (row.Opcode == Opcode.I32Sub) value = -value;
            if (row.Opcode is Opcode.I32Shl or Opcode.I32ShrS or Opcode.I32ShrU) value &= 31;
            var register = stack.Register(left);
            Emit(row, immediate, stack.PushSlot(WasmType.I32), register, value);
        }
        else if (FuseElement(row.Opcode, left, right) || FuseProduct(row.Opcode, left, right) || FuseConstant(row.Opcode, left, right))
        {
        }
        else
        {
            var first = stack.Register(left);
            var second = stack.Register(right);
            if (swaps) (first, second) = (second, first);
            Emit(row, op, stack.PushSlot(signature.Results[0]), first, second);
        }
    }

    private void Elementary(ElementaryFunction elementary)
    {
        var right = elementary.Operands == 2 ? stack.Register(stack.Pop()) : 0;
        var left = stack.Register(stack.Pop());
        var start = code.Length;
        code.Emit(elementary.Op, stack.PushSlot(WasmType.F64), left, right);
        stack.WrittenBy(start);
    }

    // A load of a byte, or a local and a store of its lowest.
    private bool IsOctetAccess(int instruction) =>
        At(instruction) == Opcode.I32Load8U || (At(instruction) == Opcode.LocalGet && At(instruction + 1) == Opcode.I32Store8);

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

    // The br_if or if that takes the comparison before an instruction, and whether it takes its contrary. Checks do not.
    private (int Place, bool IsNegated)? BranchBehind(int instruction)
    {
        var isNegated = At(instruction) == Opcode.I32Eqz;
        if (isNegated) instruction++;
        return IsBranch(instruction) && !BasicBlocks.IsCheck(function.Body, instruction) ? (instruction, isNegated) : null;
    }

    private void Branch(Condition condition)
    {
        if (Current.Opcode == Opcode.If) If(condition);
        else BranchIf(condition);
    }

    // The turn of a loop: local += step; if (local < limit) goto top. The addition was emitted last and wrote the local.
    private LoopStep? StepOf(Opcode opcode, Operand left, Operand right, int place)
    {
        var isTurn = place == at + 1
            && At(place) == Opcode.BrIf
            && !NeedsStub(function.Body[place].Index)
            && left.Form == OperandForm.Local
            && (IsShort(right) || IsRegister(right));
        if (!isTurn) return null;
        var cell = code.Length - 1;
        var local = left.Register;
        if (code.IsLast(DeviceOp.I32AddImm) && code.Field(cell, 1) == local && code.Field(cell, 2) == local)
        {
            DeviceOp? op = opcode switch
            {
                Opcode.I32LtS => IsShort(right) ? DeviceOp.StepBrLtSImm : DeviceOp.StepBrLtS,
                Opcode.I32GeS when IsShort(right) => DeviceOp.StepBrGeSImm,
                Opcode.I32LtU when !IsShort(right) => DeviceOp.StepBrLtU,
                Opcode.I32Ne when !IsShort(right) => DeviceOp.StepBrNe,
                _ => null,
            };
            return op is { } found ? new(found, cell, code.Field(cell, 3)) : null;
        }

        var isBySum = opcode == Opcode.I32LtS && !IsShort(right) && code.IsLast(DeviceOp.I32Add) && code.Field(cell, 1) == local;
        if (isBySum && code.Field(cell, 2) == local) return new(DeviceOp.AddBrLtS, cell, code.Field(cell, 3));
        if (isBySum && code.Field(cell, 3) == local) return new(DeviceOp.AddBrLtS, cell, code.Field(cell, 2));
        return null;
    }

    private void StepAndBranch(LoopStep step, Condition condition)
    {
        code.Truncate(step.Cell);
        var top = Target(Current.Index).Label;
        var fold = FoldOf(step, condition, top);
        var scan = fold is null ? ScanOf(step, condition, top) : null;
        var op = fold is not null ? DeviceOp.F64Fold : scan is not null ? DeviceOp.F64Scan : step.Op;
        code.Emit(op, condition.Left, condition.Right, step.Amount);
        code.CellTarget(top);
        if (scan is { } stored) EmitScan(stored);
        if (fold is { } found)
        {
            code.Cell(found.Accumulator, found.Element, found.Base, found.Form);
            code.Cell(found.Other);
        }

        EmitCost(at + 1);
    }

    // a * b, just emitted into its slot, and c: one instruction for both.
    private bool FuseProduct(Opcode opcode, Operand left, Operand right)
    {
        if (opcode is not (Opcode.F64Add or Opcode.F64Sub or Opcode.I32Add)) return false;
        var factor = opcode == Opcode.I32Add ? DeviceOp.I32Mul : DeviceOp.F64Mul;
        var rightProduct = Writer(right, factor);
        var product = rightProduct >= 0 ? rightProduct : Writer(left, factor);
        if (product < 0) return false;
        var other = rightProduct >= 0 ? left : right;
        var isConstant = IsConstant(other);

        // What is still to be computed would come between the product and its use.
        if (!IsRegister(other) && !isConstant) return false;
        var op = opcode switch
        {
            Opcode.I32Add => DeviceOp.I32MulAdd,
            Opcode.F64Add => isConstant ? DeviceOp.F64MulAddConst : DeviceOp.F64MulAdd,
            _ => rightProduct >= 0 ? DeviceOp.F64MulSub : DeviceOp.F64MulSubFrom,
        };
        if (isConstant && op != DeviceOp.F64MulAddConst) return false;
        var (a, b) = (code.Field(product, 2), code.Field(product, 3));
        code.Truncate(product);
        EmitTwo(op, other.Type, a, b, isConstant ? (long)other.Bits : stack.Register(other));
        return true;
    }

    // An array's element, just loaded into its slot, and what is done to it.
    private bool FuseElement(Opcode opcode, Operand left, Operand right)
    {
        var (leftOp, rightOp) = DeviceOps.WithElement(opcode);
        if (rightOp is null || leftOp is null) return false;
        var load = opcode == Opcode.I32Add ? DeviceOp.I32LoadChecked : DeviceOp.F64LoadChecked;
        var cell = Writer(right, load);
        if (opcode == Opcode.F64Sub && cell >= 0 && left.IsAt(left.Slot) && code.AreLast(load, load) && code.Field(cell - 1, 1) == left.Slot)
        {
            (int Array, int Index) first = (code.Field(cell - 1, 2), code.Field(cell - 1, 3));
            (int Array, long Index) second = (code.Field(cell, 2), code.Field(cell, 3));
            code.Truncate(cell - 1);
            EmitTwo(DeviceOp.F64LoadLoadSub, WasmType.F64, first.Array, first.Index, (uint)second.Array | (second.Index << 16));
            return true;
        }

        var op = rightOp.Value;
        var other = left;
        if (cell < 0)
        {
            cell = Writer(left, load);
            op = leftOp.Value;
            other = right;
        }

        if (cell < 0 || !IsRegister(other)) return false;
        var (array, index) = (code.Field(cell, 2), code.Field(cell, 3));
        var register = stack.Register(other);
        if (IsAgain(other.Type, op, cell, array, index, register)) return true;
        code.Truncate(cell);
        EmitTwo(op, other.Type, array, index, register);
        return true;
    }

    // x[i] * x[i], (x[i] - a) * (x[i] - a): what has just been loaded or computed is there already, and its check with it. The
    // instruction that would do it again stands, or would stand, at the cell of that check.
    private bool IsAgain(WasmType type, DeviceOp op, int cell, int array, int index, long? operand = null)
    {
        if (beforeCheck.Cells != cell) return false;
        var register = code.DestinationOf(cell, op, array, index, operand);

        // Unless its result took the place of what it was made from.
        var isOverwritten = type == WasmType.I32 ? register == array || register == array + 1 || register == index || register == operand : register == operand;
        if (isOverwritten || !stack.PushAgain(type, register)) return false;
        code.Restore(beforeCheck);
        return true;
    }

    private bool FuseConstant(Opcode opcode, Operand left, Operand right)
    {
        var (leftOp, rightOp, sign) = DeviceOps.WithConstant(opcode);
        if (rightOp is { } byRight && IsConstant(right) && !IsConstant(left) && !(opcode == Opcode.F64Div && right.Bits << 1 == 0))
        {
            EmitTwo(byRight, WasmType.F64, stack.Register(left), 0, (long)(right.Bits ^ sign));
            return true;
        }

        if (leftOp is { } byLeft && IsConstant(left) && !IsConstant(right))
        {
            EmitTwo(byLeft, WasmType.F64, stack.Register(right), 0, (long)left.Bits);
            return true;
        }

        return false;
    }

    // Two operands in the first cell, one in the second; operands have been popped.
    private void EmitTwo(DeviceOp op, WasmType result, int a, int b, long second)
    {
        var start = code.Length;
        code.Emit(op, stack.PushSlot(result), a, b);
        code.Cell(second);
        stack.WrittenBy(start);
    }

    // Cell of the instruction that has just written the operand, if it is this one; else -1.
    private int Writer(Operand operand, DeviceOp op) => stack.WriterOf(operand) is >= 0 and var cell && code.Op(cell) == op ? cell : -1;

    private void Access(OpcodeInfo row)
    {
        var isLoad = row.Signature!.Results.Length == 1;
        var value = isLoad ? default : stack.Pop();
        var address = stack.Pop();
        var offset = (uint)Current.Immediate;
        var valueRegister = isLoad ? -1 : stack.Register(value);
        if (address.Form == OperandForm.Scaled)
        {
            if (offset == 0 && row.Opcode == Opcode.F64Store && address.Bits == 3 && IsCheckedElement(address, -1))
            {
                EmitChecked(DeviceOp.F64StoreChecked, valueRegister, address);
                return;
            }

            if (offset == 0 && DeviceOps.Checked(row.Opcode) is var (check, width) && width == (int)address.Bits && IsCheckedElement(address, 1))
            {
                if (isLoad && IsAgain(row.Signature.Results[0], check, code.Length - 1, address.Register, address.Index)) return;
                EmitChecked(check, isLoad ? stack.PushSlot(row.Signature.Results[0]) : valueRegister, address);
                if (isLoad) stack.WrittenBy(code.Length - 1);
                return;
            }

            if (DeviceOps.Indexed(row.Opcode) is var (indexed, shift) && shift == (int)address.Bits)
            {
                if (isLoad) valueRegister = stack.PushSlot(row.Signature.Results[0]);
                code.MapTrap(Current.Offset);
                var start = code.Length;
                code.Emit(indexed, valueRegister, address.Register, address.Index);
                code.Cell((long)offset);
                if (isLoad) stack.WrittenBy(start);
                return;
            }
        }

        var register = stack.Register(address);
        if (offset >= WideOffset)
        {
            code.Emit(DeviceOp.AddressWide, address.Slot, register);
            code.Cell((long)offset);
            stack.NeedAtLeast(RegisterKind.I32, address.Slot + 1);
            register = address.Slot;
            offset = 0;
        }

        if (isLoad) valueRegister = stack.PushSlot(row.Signature.Results[0]);
        Emit(row, DeviceOps.Of(row.Opcode).Op, valueRegister, register, (int)offset);
    }

    // Whether the instruction emitted last checks this index against a length.
    private bool IsChecked(int index) => code.IsLast(DeviceOp.TrapIfGeU) && code.Field(code.Length - 1, 1) == index;

    // Whether that length is the one of the array: next to its address.
    private bool IsCheckedElement(Operand address, int place) => IsChecked(address.Index) && code.Field(code.Length - 1, 2) == address.Register + place;

    // The check becomes part of the access; each has its entry in the trap map.
    private void EmitChecked(DeviceOp op, int value, Operand address)
    {
        code.Truncate(code.Length - 1);
        code.MapTrap(Current.Offset);
        code.Emit(op, value, address.Register, address.Index);
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
        code.Emit(op, stack.PushSlot(operand.Type), condition, first);
        code.Cell((long)second);
        stack.WrittenBy(start);
    }

    // The result, if there is one, was pushed last.
    private void Emit(OpcodeInfo row, DeviceOp op, int a, int b, int c = 0)
    {
        if (row.Traps != Traps.None) code.MapTrap(Current.Offset);
        var start = code.Length;
        code.Emit(op, a, b, c);
        if (row.Signature?.Results.Length == 1) stack.WrittenBy(start);
    }

    private Opcode At(int instruction) => instruction < function.Body.Length ? function.Body[instruction].Opcode : Opcode.End;

    private bool IsBranch(int instruction) => At(instruction) is Opcode.BrIf or Opcode.If;

    // Whether the operand is in some register without further code.
    private static bool IsRegister(Operand operand) =>
        operand.Form is OperandForm.Slot or OperandForm.Local || (operand.Form == OperandForm.Constant && operand.Register >= 0);

    // A constant that stands in no register.
    private static bool IsConstant(Operand operand) => operand.Form == OperandForm.Constant && operand.Register < 0;

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

    /// <summary>An addition at a cell and the branch behind it as one instruction; the amount is a number or a register.</summary>
    private readonly record struct LoopStep(DeviceOp Op, int Cell, int Amount);
}
