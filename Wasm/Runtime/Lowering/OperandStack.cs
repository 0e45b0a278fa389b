using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>
/// The operand stack while a function is lowered. Values stay where they were read from until an instruction needs them
/// in a register, or control flow needs them in their slots.
/// </summary>
internal sealed class OperandStack(CodeBuffer code, int[] firstSlots)
{
    private readonly List<Operand> operands = [];
    private readonly int[] heights = [.. firstSlots];
    private readonly int[] peaks = [.. firstSlots];

    // The instruction emitted last, while nothing came after it: local.set may redirect what it writes.
    private int destinationCell;
    private int destinationEnd = -1;
    private int destinationCount;
    private RegisterKind destinationKind;

    // The moves before the instruction that local.set redirected last.
    private int keptCell = -1;
    private int keptEnd;

    public int Count => operands.Count;

    /// <summary>First free register of a kind.</summary>
    public int Height(RegisterKind kind) => heights[(int)kind];

    /// <summary>Registers of a kind that a frame needs.</summary>
    public int Peak(RegisterKind kind) => peaks[(int)kind];

    public void NeedAtLeast(RegisterKind kind, int registers) => peaks[(int)kind] = System.Math.Max(peaks[(int)kind], registers);

    public Operand Pop()
    {
        var operand = operands[^1];
        operands.RemoveAt(operands.Count - 1);
        heights[(int)operand.Kind] = operand.Slot;
        return operand;
    }

    public void PushLocal(WasmType type, int register) => Push(OperandForm.Local, type, register);

    /// <summary>Pushes what the operand on top already is, if it stands in this register, its own.</summary>
    public bool PushAgain(WasmType type, int register)
    {
        if (register < 0 || operands.Count == 0 || operands[^1].Type != type || !operands[^1].IsAt(register)) return false;

        // The instruction that wrote it is not to be changed any more.
        destinationEnd = -1;
        PushLocal(type, register);
        return true;
    }

    /// <param name="register">Where the constant also stands, or -1.</param>
    public void PushConstant(WasmType type, ulong bits, int register) => Push(OperandForm.Constant, type, register, bits: bits);

    /// <summary>Pushes a result; the register an instruction is to write it to.</summary>
    public int PushSlot(WasmType type)
    {
        var slot = Height(RegisterKinds.Of(type));
        Push(OperandForm.Slot, type, slot);
        return slot;
    }

    /// <summary>Pushes index &lt;&lt; shift, unfinished; the index was popped last.</summary>
    public void PushShifted(int index, int shift) => Push(OperandForm.Shifted, WasmType.I32, -1, index, (ulong)shift);

    /// <summary>Pushes base + (index &lt;&lt; shift), unfinished; both were popped last.</summary>
    public void PushScaled(int baseRegister, int index, int shift) => Push(OperandForm.Scaled, WasmType.I32, baseRegister, index, (ulong)shift);

    /// <summary>Remembers the instruction that ends here as the writer of the operand pushed last.</summary>
    public void WrittenBy(int instructionCell)
    {
        destinationCell = instructionCell;
        destinationEnd = code.Length;
        destinationCount = operands.Count;
        destinationKind = operands[^1].Kind;
    }

    /// <summary>Cell of the instruction that wrote a popped operand, if it was the last one; else -1.</summary>
    public int WriterOf(Operand operand) =>
        operand.IsAt(operand.Slot) && destinationEnd == code.Length && destinationKind == operand.Kind && code.Field(destinationCell, 1) == operand.Slot ? destinationCell : -1;

    /// <summary>A register with the value of a popped operand; writes it to its own slot if it has none.</summary>
    public int Register(Operand operand)
    {
        if (operand.Form is OperandForm.Slot or OperandForm.Local) return operand.Register;
        if (operand.Form == OperandForm.Constant && operand.Register >= 0) return operand.Register;
        Write(operand, operand.Slot);
        return operand.Slot;
    }

    /// <summary>Emits what puts an operand into a register.</summary>
    public void Write(Operand operand, int register)
    {
        NeedAtLeast(operand.Kind, register + 1);
        switch (operand.Form)
        {
            case OperandForm.Constant when operand.Register < 0:
                EmitConstant(operand.Kind, register, operand.Bits);
                break;
            case OperandForm.Shifted:
                code.Emit(DeviceOp.I32ShlImm, register, operand.Index, (int)operand.Bits);
                break;
            case OperandForm.Scaled:
                code.Emit(DeviceOp.I32AddScaled, register, operand.Register, operand.Index);
                code.Cell((long)operand.Bits);
                break;
            default:
                if (operand.Register != register) code.Emit(DeviceOp.MoveI32 + (ushort)operand.Kind, register, operand.Register);
                break;
        }
    }

    public void EmitConstant(RegisterKind kind, int register, ulong bits)
    {
        switch (kind)
        {
            case RegisterKind.I32:
                code.EmitWide(DeviceOp.I32Const, register, (int)bits);
                break;
            case RegisterKind.F32:
                code.EmitWide(DeviceOp.F32Const, register, (int)bits);
                break;
            default:
                code.Emit(kind == RegisterKind.I64 ? DeviceOp.I64Const : DeviceOp.F64Const, register);
                code.Cell((long)bits);
                break;
        }
    }

    /// <summary>
    /// Puts the operands from position <paramref name="first"/> into consecutive slots, as blocks and calls expect them.
    /// Ascending order is safe: an operand's sources are locals or registers at or above its own slot.
    /// </summary>
    public void Settle(int first)
    {
        for (var i = operands.Count - 1; i >= first; i--) heights[(int)operands[i].Kind] = operands[i].Slot;
        for (var i = first; i < operands.Count; i++)
        {
            var operand = operands[i];
            var slot = heights[(int)operand.Kind]++;
            Write(operand, slot);
            operands[i] = new(OperandForm.Slot, operand.Type, slot, slot + 1, slot);
        }
    }

    /// <summary>Whether the last operands already are in the registers that follow <paramref name="heights"/>.</summary>
    public bool AreAt(int count, int[] targets)
    {
        var next = (int[])targets.Clone();
        for (var i = operands.Count - count; i < operands.Count; i++)
        {
            if (!operands[i].IsAt(next[(int)operands[i].Kind]++)) return false;
        }

        return true;
    }

    /// <summary>Emits the moves of the last operands to where a branch wants them; the stack itself stays.</summary>
    public void CopyTo(int count, int[] targets)
    {
        var next = (int[])targets.Clone();
        for (var i = operands.Count - count; i < operands.Count; i++) Write(operands[i], next[(int)operands[i].Kind]++);
    }

    /// <summary>Emits the moves of the results to the lowest registers; the stack itself stays.</summary>
    public void CopyResults(int count)
    {
        if (count == 1)
        {
            Write(operands[^1], 0);
            return;
        }

        // Those registers are locals, which later results may still be read from: everything to its own slot first.
        for (var i = operands.Count - count; i < operands.Count; i++) Write(operands[i], operands[i].Slot);
        var next = new int[RegisterKinds.Count];
        for (var i = operands.Count - count; i < operands.Count; i++)
        {
            var operand = operands[i];
            Write(new(OperandForm.Slot, operand.Type, operand.Slot, operand.Top, operand.Slot), next[(int)operand.Kind]++);
        }
    }

    /// <summary>local.set: moves the popped operand into a local, or lets the instruction that makes it write there.</summary>
    public void Assign(Operand value, int local)
    {
        var redirect = value.IsAt(value.Slot) && destinationEnd == code.Length && destinationCount == operands.Count + 1 && destinationKind == value.Kind;
        var writer = destinationCell;
        destinationEnd = -1;

        // What may trap stays at the cell that the trap map has of it.
        if (redirect && code.IsMapped(writer) && operands.Exists(o => o.Kind == value.Kind && Reads(o, local))) redirect = false;
        if (redirect)
        {
            // What is kept of the local is kept before the instruction that writes it: that reads nothing the moves write.
            var cells = code.Take(writer);
            keptCell = code.Length;
            Preserve(value.Kind, local);
            writer = code.Length;
            code.Put(cells);
            code.SetField(writer, 1, local);
            keptEnd = code.Length;
        }
        else if (IsKept(value, local))
        {
            code.SetField(keptCell, 1, local);
            keptCell = -1;
        }
        else
        {
            Preserve(value.Kind, local);
            Write(value, local);
        }
    }

    // x = i++: the move that kept i, right before the step of i, may go to x itself.
    private bool IsKept(Operand value, int local) =>
        keptCell >= 0
        && keptEnd == code.Length
        && value.Kind == RegisterKind.I32
        && value.IsAt(value.Slot)
        && keptCell == code.Length - 2
        && code.AreLast(DeviceOp.MoveI32, DeviceOp.I32AddImm)
        && code.Field(keptCell, 1) == value.Slot
        && code.Field(keptCell + 1, 1) != local
        && code.Field(keptCell + 1, 2) != local
        && code.Field(keptCell + 1, 2) != value.Slot
        && !operands.Exists(o => Reads(o, local));

    /// <summary>Drops everything above a position and continues with results in their slots: the end of a block.</summary>
    public void Restart(int count, int[] blockHeights, ImmutableArray<WasmType> types)
    {
        operands.RemoveRange(count, operands.Count - count);
        blockHeights.CopyTo(heights, 0);
        foreach (var type in types) PushSlot(type);
    }

    public int[] Heights() => (int[])heights.Clone();

    // Operands that are still to be read from a local which is about to change go to their slots.
    private void Preserve(RegisterKind kind, int local)
    {
        for (var i = 0; i < operands.Count; i++)
        {
            var operand = operands[i];
            if (operand.Kind != kind) continue;
            if (!Reads(operand, local)) continue;
            Write(operand, operand.Slot);
            operands[i] = operand with { Form = OperandForm.Slot, Register = operand.Slot };
        }
    }

    private static bool Reads(Operand operand, int local) => operand.Form switch
    {
        OperandForm.Local => operand.Register == local,
        OperandForm.Shifted => operand.Index == local,
        OperandForm.Scaled => operand.Register == local || operand.Index == local,
        _ => false,
    };

    // Sources of an unfinished operand stay out of reach: locals are below every slot.
    private void Push(OperandForm form, WasmType type, int register, int index = 0, ulong bits = 0)
    {
        var kind = (int)RegisterKinds.Of(type);
        var slot = heights[kind];
        var top = System.Math.Max(slot, System.Math.Max(register, index)) + 1;
        operands.Add(new(form, type, slot, top, register, index, bits));
        heights[kind] = top;
        peaks[kind] = System.Math.Max(peaks[kind], top);
    }
}
