using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>Arrays: an address and a length; every access checks its index against the length.</summary>
internal sealed partial class MethodLowerer
{
    private void PushLength(ArrayLength length)
    {
        switch (length.Array)
        {
            case VariableValue array when !byAddress.Contains(array.Variable):
                if (length.MayBeNull) code.TrapIfNull(SlotsOf(array.Variable)[0], length.Place);
                code.Get(SlotsOf(array.Variable)[1]);
                break;
            case StaticArray array:
                code.I32(array.Length);
                break;
            default:
                Push(length.Array);
                var held = code.Take(WasmType.I32);
                var pointer = code.Take(WasmType.I32);
                code.Set(held);
                code.Set(pointer);
                if (length.MayBeNull) code.TrapIfNull(pointer, length.Place);
                code.Get(held);
                code.Release(held);
                code.Release(pointer);
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
        code.I32(array.Array.Layout.Bytes);
        code.Emit(Opcode.Call, array.Array.Element.HasReference ? RuntimeFunction.NewArrayOfNull : RuntimeFunction.NewArray);
        code.Get(count);
        code.Release(count);
    }

    private void PushArrayLiteral(ArrayLiteral literal)
    {
        var pointer = code.Take(WasmType.I32);
        var layout = literal.Array.Layout;
        code.I32(literal.Items.Length);
        code.I32(layout.Bytes);
        code.Emit(Opcode.Call, RuntimeFunction.NewArray);
        code.Set(pointer);
        for (var i = 0; i < literal.Items.Length; i++)
        {
            if (literal.Items[i] is Constant { Bits: 0 }) continue;
            if (layout.Leaves.Length == 1) code.Get(pointer);
            Push(literal.Items[i]);
            if (layout.Leaves.Length == 1)
            {
                code.Access(StoreOf(layout.Leaves[0]), i * layout.Bytes);
                continue;
            }

            var held = code.Take(literal.Array.Element.Shape);
            code.Set(held);
            for (var leaf = 0; leaf < held.Length; leaf++)
            {
                code.Get(pointer);
                code.Get(held[leaf]);
                code.Access(StoreOf(layout.Leaves[leaf]), (i * layout.Bytes) + layout.Offsets[leaf]);
            }

            code.Release(held);
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
        Scale(((ArrayType)part.Type).Layout.Bytes);
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
        Scale(((ArrayType)copy.From.Type).Layout.Bytes);
        code.Emit(Opcode.MemoryCopy);
        code.Release(from);
    }
}
