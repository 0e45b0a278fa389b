using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>Code of one function as it grows: instructions, nesting, temporaries.</summary>
internal sealed class CodeBuilder
{
    private readonly ImmutableArray<Code>.Builder code = ImmutableArray.CreateBuilder<Code>();
    private readonly Dictionary<WasmType, Stack<Slot>> free = [];
    private int depth;

    public Code? Last => code.Count == 0 ? null : code[^1];

    public int Depth => depth;

    public void Emit(Opcode opcode) => code.Add(new(opcode));

    public void Emit(Instruction instruction, object? operand = null, Location? place = null, Failure? failure = null) =>
        code.Add(new(instruction, operand, place, failure));

    /// <summary>An instruction that can trap by itself.</summary>
    public void EmitTrapping(Opcode opcode, Location place) => code.Add(new(opcode, Place: place));

    public void Get(Slot slot) => Emit(Opcode.LocalGet, slot);

    public void Set(Slot slot) => Emit(Opcode.LocalSet, slot);

    public void Tee(Slot slot) => Emit(Opcode.LocalTee, slot);

    public void Set(IReadOnlyList<Slot> slots)
    {
        for (var i = slots.Count - 1; i >= 0; i--) Set(slots[i]);
    }

    public void Get(IReadOnlyList<Slot> slots)
    {
        foreach (var slot in slots) Get(slot);
    }

    public void I32(int value) => Emit(Instruction.I32Const(value));

    public void Access(Opcode opcode, int offset = 0) => Emit(Instruction.Access(opcode, (uint)offset));

    /// <summary>Opens a block that <see cref="End"/> closes; the label is its end, or the start of a loop.</summary>
    public Label Open(Opcode opcode, WasmType? result = null)
    {
        Emit(Instruction.WithBlock(opcode, result is { } type ? BlockType.Of(type) : BlockType.Empty));
        return new(++depth);
    }

    public void Else() => Emit(Opcode.Else);

    public void End()
    {
        depth--;
        Emit(Opcode.End);
    }

    public void Branch(Opcode opcode, Label label) => Emit(Instruction.WithIndex(opcode, depth - label.Depth));

    public void BranchTable(IEnumerable<Label> labels, Label otherwise) =>
        Emit(Instruction.BrTable([.. labels.Select(l => (uint)(depth - l.Depth))], (uint)(depth - otherwise.Depth)));

    /// <summary>Traps when the i32 on the stack is not 0.</summary>
    public void TrapIf(Failure failure, Location place)
    {
        Open(Opcode.If);
        Emit(Opcode.Unreachable, null, place, failure);
        End();
    }

    /// <summary>Traps when the address is null; the emitter leaves this out of a module that has no null.</summary>
    public void TrapIfNull(Slot pointer, Location place, Failure? failure = null)
    {
        Emit(Opcode.LocalGet, new NullCheck(pointer));
        Emit(Opcode.I32Eqz, NullCheck.Rest);
        Emit(Instruction.WithBlock(Opcode.If, BlockType.Empty), NullCheck.Rest);
        Emit(Opcode.Unreachable, NullCheck.Rest, place, failure ?? Failure.NullReference);
        Emit(Opcode.End, NullCheck.Rest);
    }

    public Slot Take(WasmType type) =>
        free.TryGetValue(type, out var slots) && slots.TryPop(out var slot) ? slot : new(type);

    public Slot[] Take(ImmutableArray<WasmType> shape) => [.. shape.Select(Take)];

    public void Release(Slot slot)
    {
        if (!free.TryGetValue(slot.Type, out var slots)) free[slot.Type] = slots = new();
        slots.Push(slot);
    }

    public void Release(IEnumerable<Slot> slots)
    {
        foreach (var slot in slots) Release(slot);
    }

    public void RemoveLast() => code.RemoveAt(code.Count - 1);

    public ImmutableArray<Code> ToCode() => code.ToImmutable();
}
