using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>
/// The heap: memory is handed out upwards from the end of the static data and never taken back, since a call starts
/// with fresh memory, all zero.
/// </summary>
internal static class Allocator
{
    /// <summary>Bytes of one array at most, so that no sum of two sizes overflows 32 bits.</summary>
    private const int ArrayBytesMax = 0x7FFFFFF8;

    /// <summary>The address of the first free byte, a multiple of 8.</summary>
    public static readonly object HeapGlobal = new();

    public static LoweredFunction Of(RuntimeFunction function) => function == RuntimeFunction.Allocate ? Allocate() : NewArray();

    private static LoweredFunction Allocate()
    {
        var bytes = new Slot(WasmType.I32);
        var end = new Slot(WasmType.I32);
        var code = new CodeBuilder();
        code.Get(bytes);
        code.I32(ArrayBytesMax);
        code.Emit(Opcode.I32GtU);
        code.TrapIf(Failure.OutOfMemory, Location.None);

        // end = heap + bytes rounded up to 8, and 8 for nothing, so that no two arrays share an address
        code.Emit(Opcode.GlobalGet, HeapGlobal);
        code.Get(bytes);
        code.I32(7);
        code.Emit(Opcode.I32Add);
        code.I32(-8);
        code.Emit(Opcode.I32And);
        code.Get(bytes);
        code.Emit(Opcode.I32Eqz);
        code.I32(3);
        code.Emit(Opcode.I32Shl);
        code.Emit(Opcode.I32Add);
        code.Emit(Opcode.I32Add);
        code.Tee(end);
        code.Emit(Opcode.MemorySize);
        code.I32(16);
        code.Emit(Opcode.I32Shl);
        code.Emit(Opcode.I32GtU);
        code.Open(Opcode.If);
        code.Get(end);
        code.I32(0xFFFF);
        code.Emit(Opcode.I32Add);
        code.I32(16);
        code.Emit(Opcode.I32ShrU);
        code.Emit(Opcode.MemorySize);
        code.Emit(Opcode.I32Sub);
        code.Emit(Opcode.MemoryGrow);
        code.I32(-1);
        code.Emit(Opcode.I32Eq);
        code.TrapIf(Failure.OutOfMemory, Location.None);
        code.End();
        code.Emit(Opcode.GlobalGet, HeapGlobal);
        code.Get(end);
        code.Emit(Opcode.GlobalSet, HeapGlobal);
        code.Emit(Opcode.End);
        return new(RuntimeFunction.Allocate, [bytes], [WasmType.I32], code.ToCode());
    }

    private static LoweredFunction NewArray()
    {
        var count = new Slot(WasmType.I32);
        var size = new Slot(WasmType.I32);
        var code = new CodeBuilder();
        code.Get(count);
        code.I32(0);
        code.Emit(Opcode.I32LtS);
        code.TrapIf(Failure.Overflow, Location.None);
        code.Get(count);
        code.I32(ArrayBytesMax);
        code.Get(size);
        code.Emit(Opcode.I32DivU);
        code.Emit(Opcode.I32GtU);
        code.TrapIf(Failure.OutOfMemory, Location.None);
        code.Get(count);
        code.Get(size);
        code.Emit(Opcode.I32Mul);
        code.Emit(Opcode.Call, RuntimeFunction.Allocate);
        code.Emit(Opcode.End);
        return new(RuntimeFunction.NewArray, [count, size], [WasmType.I32], code.ToCode());
    }
}
