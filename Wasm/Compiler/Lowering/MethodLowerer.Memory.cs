using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>What lies in memory: elements of arrays, what a reference points to, and parts of either.</summary>
internal sealed partial class MethodLowerer
{
    /// <summary>
    /// An element, as array and index, which are evaluated once and read as often as needed; or what a reference points
    /// to, which is a pointer alone.
    /// </summary>
    private readonly record struct ElementAddress(
        Slot? Pointer, Slot? Length, StaticArray? Static, Slot? Index, int? ConstantIndex, CsType Item, bool MayBeNull, Microsoft.CodeAnalysis.Location Place, List<Slot> Temporaries)
    {
        public MemoryLayout Layout => MemoryLayout.Of(Item);
    }

    /// <summary>It is, or is part of, an element of an array or something passed by its address.</summary>
    private bool IsInMemory(Expression target) => target switch
    {
        Element => true,
        TupleElement element => IsInMemory(element.Tuple),
        VariableValue value => byAddress.Contains(value.Variable),
        _ => false,
    };

    /// <summary>The element or reference that a target in memory is or is part of, and the first of its leaves.</summary>
    private static (Expression Whole, int Leaf) WholeOf(Expression target)
    {
        if (target is not TupleElement element) return (target, 0);
        var (whole, leaf) = WholeOf(element.Tuple);
        return (whole, leaf + ((TupleType)element.Tuple.Type).OffsetOf(element.Index));
    }

    /// <param name="before">What is evaluated between this and the last use of the address.</param>
    private ElementAddress Locate(Expression whole, params ReadOnlySpan<Expression> before) => whole switch
    {
        Element element => Evaluate(element, before),
        VariableValue value => new(SlotsOf(value.Variable)[0], null, null, null, 0, value.Type, false, value.Place, []),
        _ => throw new InvalidOperationException($"{whole.GetType().Name} is not in memory"),
    };

    private ElementAddress Evaluate(Element element, params ReadOnlySpan<Expression> before)
    {
        var temporaries = new List<Slot>();
        Slot? pointer = null;
        Slot? length = null;
        if (element.Array is VariableValue array && !byAddress.Contains(array.Variable) && !Changes(array.Variable, element.Index, before))
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
        var bytes = MemoryLayout.Of(element.Type).Bytes;
        if (element.Index is Constant { Bits: >= 0 and <= int.MaxValue and var bits } && bits * bytes <= int.MaxValue) constant = (int)bits;
        else if (element.Index is VariableValue { Type: ScalarType { Wasm: WasmType.I32 } } at && !byAddress.Contains(at.Variable) && !Changes(at.Variable, null, before)) index = SlotsOf(at.Variable)[0];
        else
        {
            Push(element.Index);
            index = Temporary(element.Index.Type.Shape[0]);
            code.Set(index);
        }

        return new(pointer, length, element.Array as StaticArray, index, constant, element.Type, element.MayBeNull, element.Place, temporaries);

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
        if (address is { Static: null, Length: null }) return;
        var isWide = address.Index?.Type == WasmType.I64;
        if (address.Static is { } array && address.ConstantIndex is { } known)
        {
            if (known < array.Length) return;
        }

        PushIndex(address);
        if (address.Static is { } data) code.I32(data.Length);
        else code.Get(address.Length!);
        if (isWide) code.Emit(Opcode.I64ExtendI32U);
        code.Emit(isWide ? Opcode.I64GeU : Opcode.I32GeU);
        code.Open(Opcode.If);
        if (address is { Static: null, MayBeNull: true }) code.TrapIfNull(address.Pointer!, address.Place);
        code.Emit(Opcode.Unreachable, null, address.Place, Failure.IndexOutOfRange);
        code.End();
    }

    private void PushAddress(in ElementAddress address)
    {
        if (address.Static is { } array) code.Emit(Instruction.I32Const(0), array);
        else code.Get(address.Pointer!);
        if (address.ConstantIndex is not null) return;
        PushIndex(address);
        if (address.Index!.Type == WasmType.I64) code.Emit(Opcode.I32WrapI64);
        Scale(address.Layout.Bytes);
        code.Emit(Opcode.I32Add);
    }

    /// <summary>A number of elements as a number of bytes.</summary>
    private void Scale(int bytes)
    {
        if (bytes == 1) return;
        var shift = 0;
        while (1 << shift < bytes) shift++;
        var isPower = 1 << shift == bytes;
        code.I32(isPower ? shift : bytes);
        code.Emit(isPower ? Opcode.I32Shl : Opcode.I32Mul);
    }

    private void PushIndex(in ElementAddress address)
    {
        if (address.ConstantIndex is { } constant) code.I32(constant);
        else code.Get(address.Index!);
    }

    private static int OffsetOf(in ElementAddress address, int leaf = 0)
    {
        var layout = address.Layout;
        return ((address.ConstantIndex ?? 0) * layout.Bytes) + layout.Offsets[leaf];
    }

    /// <summary>Reads leaves; the address is checked.</summary>
    private void Load(in ElementAddress address, int leaf, int count)
    {
        if (count == 0) return;
        var leaves = address.Layout.Leaves;
        PushAddress(address);
        if (count == 1)
        {
            code.Access(LoadOf(leaves[leaf]), OffsetOf(address, leaf));
            return;
        }

        var at = code.Take(WasmType.I32);
        code.Set(at);
        for (var i = leaf; i < leaf + count; i++)
        {
            code.Get(at);
            code.Access(LoadOf(leaves[i]), OffsetOf(address, i));
        }

        code.Release(at);
    }

    /// <summary>Writes leaves from slots; the address is checked.</summary>
    private void Store(in ElementAddress address, int leaf, IReadOnlyList<Slot> values)
    {
        if (values.Count == 0) return;
        var leaves = address.Layout.Leaves;
        PushAddress(address);
        var at = values.Count > 1 ? code.Take(WasmType.I32) : null;
        if (at is not null) code.Set(at);
        for (var i = 0; i < values.Count; i++)
        {
            if (at is not null) code.Get(at);
            code.Get(values[i]);
            code.Access(StoreOf(leaves[leaf + i]), OffsetOf(address, leaf + i));
        }

        if (at is not null) code.Release(at);
    }

    private void PushFromMemory(Expression target)
    {
        var (whole, leaf) = WholeOf(target);
        var address = Locate(whole);
        Check(address);
        Load(address, leaf, target.Type.Leaves.Length);
        code.Release(address.Temporaries);
    }

    /// <summary>The address of a target in memory, checked.</summary>
    private void PushAddressOf(Expression target)
    {
        var (whole, leaf) = WholeOf(target);
        var address = Locate(whole);
        Check(address);
        PushAddress(address);
        var offset = target.Type.Leaves.Length == 0 ? 0 : OffsetOf(address, leaf);
        if (offset != 0)
        {
            code.I32(offset);
            code.Emit(Opcode.I32Add);
        }

        code.Release(address.Temporaries);
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
