using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>Arrays: an address and a length; every access checks its index against the length.</summary>
internal sealed partial class MethodLowerer
{
    /// <summary>An element's array and index, evaluated once and read as often as needed.</summary>
    private readonly record struct ElementAddress(
        Slot? Pointer, Slot? Length, StaticArray? Static, Slot? Index, int? ConstantIndex, ScalarType Element, Location Place, List<Slot> Temporaries);

    private void PushElement(Element element)
    {
        var address = Evaluate(element);
        Check(address);
        PushAddress(address);
        code.Access(LoadOf(element.Scalar), OffsetOf(address));
        code.Release(address.Temporaries);
    }

    /// <param name="before">What is evaluated between this and the last use of the address.</param>
    private ElementAddress Evaluate(Element element, params ReadOnlySpan<Expression> before)
    {
        var temporaries = new List<Slot>();
        Slot? pointer = null;
        Slot? length = null;
        if (element.Array is VariableValue array && !Changes(array.Variable, element.Index, before))
        {
            (pointer, length) = (SlotsOf(array.Variable)[0], SlotsOf(array.Variable)[1]);
        }
        else if (element.Array is not StaticArray)
        {
            Push(element.Array);
            length = Temporary(WasmType.I32);
            pointer = Temporary(WasmType.I32);
            code.Set(length);
            code.Set(pointer);
        }

        Slot? index = null;
        int? constant = null;
        if (element.Index is Constant { Bits: >= 0 and <= int.MaxValue and var bits } && (bits << 3) <= int.MaxValue) constant = (int)bits;
        else if (element.Index is VariableValue { Type: ScalarType { Wasm: WasmType.I32 } } at && !Changes(at.Variable, null, before)) index = SlotsOf(at.Variable)[0];
        else
        {
            Push(element.Index);
            index = Temporary(element.Index.Type.Shape[0]);
            code.Set(index);
        }

        return new(pointer, length, element.Array as StaticArray, index, constant, element.Scalar, element.Place, temporaries);

        Slot Temporary(WasmType type)
        {
            var slot = code.Take(type);
            temporaries.Add(slot);
            return slot;
        }
    }

    private static bool Changes(Variable variable, Expression? index, ReadOnlySpan<Expression> before)
    {
        if (index is not null && Effects.Assigns(index, variable)) return true;
        foreach (var expression in before)
        {
            if (Effects.Assigns(expression, variable)) return true;
        }

        return false;
    }

    // Unsigned: a negative index is a large one.
    private void Check(in ElementAddress address)
    {
        var isWide = address.Index?.Type == WasmType.I64;
        if (address.Static is { } array && address.ConstantIndex is { } known)
        {
            if (known < array.Items.Length) return;
        }

        PushIndex(address);
        if (address.Static is { } data) code.I32(data.Items.Length);
        else code.Get(address.Length!);
        if (isWide) code.Emit(Opcode.I64ExtendI32U);
        code.Emit(isWide ? Opcode.I64GeU : Opcode.I32GeU);
        code.TrapIf(Failure.IndexOutOfRange, address.Place);
    }

    private void PushAddress(in ElementAddress address)
    {
        if (address.Static is { } array) code.Emit(Instruction.I32Const(0), array);
        else code.Get(address.Pointer!);
        if (address.ConstantIndex is not null) return;
        PushIndex(address);
        if (address.Index!.Type == WasmType.I64) code.Emit(Opcode.I32WrapI64);
        var shift = new ArrayType(address.Element).ElementShift;
        if (shift > 0)
        {
            code.I32(shift);
            code.Emit(Opcode.I32Shl);
        }

        code.Emit(Opcode.I32Add);
    }

    private void PushIndex(in ElementAddress address)
    {
        if (address.ConstantIndex is { } constant) code.I32(constant);
        else code.Get(address.Index!);
    }

    private static int OffsetOf(in ElementAddress address) => (address.ConstantIndex ?? 0) * address.Element.Bytes;

    private void PushLength(ArrayLength length)
    {
        switch (length.Array)
        {
            case VariableValue array:
                code.Get(SlotsOf(array.Variable)[1]);
                break;
            case StaticArray array:
                code.I32(array.Items.Length);
                break;
            default:
                Push(length.Array);
                var held = code.Take(WasmType.I32);
                code.Set(held);
                code.Emit(Opcode.Drop);
                code.Get(held);
                code.Release(held);
                break;
        }
    }

    private void PushNewArray(NewArray array)
    {
        var count = code.Take(WasmType.I32);
        Push(array.Count);
        if (array.Count.Type == CsType.I64)
        {
            var wide = code.Take(WasmType.I64);
            code.Tee(wide);
            code.Emit(Instruction.I64Const(0));
            code.Emit(Opcode.I64LtS);
            code.TrapIf(Failure.Overflow, array.Place);
            code.Get(wide);
            code.Emit(Instruction.I64Const(int.MaxValue));
            code.Emit(Opcode.I64GtS);
            code.TrapIf(Failure.OutOfMemory, array.Place);
            code.Get(wide);
            code.Emit(Opcode.I32WrapI64);
            code.Release(wide);
        }

        code.Tee(count);
        code.I32(array.Array.ElementShift);
        code.Emit(Opcode.Call, RuntimeFunction.NewArray);
        code.Get(count);
        code.Release(count);
    }

    private void PushArrayLiteral(ArrayLiteral literal)
    {
        var pointer = code.Take(WasmType.I32);
        code.I32(literal.Items.Length);
        code.I32(literal.Array.ElementShift);
        code.Emit(Opcode.Call, RuntimeFunction.NewArray);
        code.Set(pointer);
        for (var i = 0; i < literal.Items.Length; i++)
        {
            if (literal.Items[i] is Constant { Bits: 0 }) continue;
            code.Get(pointer);
            Push(literal.Items[i]);
            code.Access(StoreOf(literal.Array.Element), i * literal.Array.Element.Bytes);
        }

        code.Get(pointer);
        code.I32(literal.Items.Length);
        code.Release(pointer);
    }

    private void PushPart(Part part)
    {
        Push(part.Array);
        code.Emit(Opcode.Drop);
        Push(part.Start);
        code.I32(((ArrayType)part.Type).ElementShift);
        code.Emit(Opcode.I32Shl);
        code.Emit(Opcode.I32Add);
        Push(part.Length);
    }

    private void LowerCopy(CopyElements copy)
    {
        var from = code.Take(copy.From.Type.Shape);
        Push(copy.From);
        code.Set(from);
        Push(copy.To);
        code.Emit(Opcode.Drop);
        code.Get(from);
        code.I32(((ArrayType)copy.From.Type).ElementShift);
        code.Emit(Opcode.I32Shl);
        code.Emit(Opcode.MemoryCopy);
        code.Release(from);
    }

    private static Opcode LoadOf(ScalarType element) => element.Kind switch
    {
        FogKind.Bool or FogKind.U8 => Opcode.I32Load8U,
        FogKind.I8 => Opcode.I32Load8S,
        FogKind.U16 or FogKind.Char => Opcode.I32Load16U,
        FogKind.I16 => Opcode.I32Load16S,
        FogKind.I64 or FogKind.U64 => Opcode.I64Load,
        FogKind.F32 => Opcode.F32Load,
        FogKind.F64 => Opcode.F64Load,
        _ => Opcode.I32Load,
    };

    private static Opcode StoreOf(ScalarType element) => element.Bytes switch
    {
        1 => Opcode.I32Store8,
        2 => Opcode.I32Store16,
        _ => element.Wasm switch
        {
            WasmType.I64 => Opcode.I64Store,
            WasmType.F32 => Opcode.F32Store,
            WasmType.F64 => Opcode.F64Store,
            _ => Opcode.I32Store,
        },
    };
}
