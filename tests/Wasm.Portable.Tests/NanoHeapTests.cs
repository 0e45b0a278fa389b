using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class NanoHeapTests
{
    private const int ChunkBytes = 1 << LinearMemory.ChunkShift;
    private const int ChunksOfPage = LinearMemory.PageBytes / ChunkBytes;

    // What a page costs before it is touched: the table of its chunks, and the chunk of zeros that stands for all of them.
    private const int TableBytes = NanoHeap.ObjectBytes + (ChunksOfPage * NanoHeap.ReferenceBytes);
    private const int ZerosBytes = NanoHeap.ObjectBytes + ChunkBytes;
    private const int MemoryObjectBytes = NanoHeap.ObjectBytes + (5 * NanoHeap.FieldBytes);

    [Fact]
    public void A_module_that_declares_64_KB_and_touches_2_KB_costs_2_KB()
    {
        const int Touched = 2 * ChunkBytes;
        var module = new ModuleBuilder().Memory(1)
            .Function(new([], []), [WasmType.I32], Loop(), Get(0), I32(-1), Instruction.Access(Opcode.I32Store, 5 * ChunkBytes), Get(0), I32(4), Opcode.I32Add, Tee(0), I32(Touched), Opcode.I32LtU, BrIf(0), Opcode.End)
            .Function(new([], [WasmType.I64]), [WasmType.I32, WasmType.I64], Loop(), Get(1), Get(0), Instruction.Access(Opcode.I64Load), Opcode.I64Xor, Set(1), Get(0), I32(8), Opcode.I32Add, Tee(0), I32(LinearMemory.PageBytes), Opcode.I32LtU, BrIf(0), Opcode.End, Get(1));
        var invocation = new Invocation(module);
        var memory = invocation.Executor.Memory;
        Assert.Equal(TableBytes + ZerosBytes + MemoryObjectBytes, NanoHeap.Bytes(memory));
        Assert.Equal(0, invocation.Call(0).Bits);
        Assert.Equal(TableBytes + ZerosBytes + MemoryObjectBytes + Touched + (2 * NanoHeap.ObjectBytes), NanoHeap.Bytes(memory));

        // Reading all of it takes nothing.
        invocation.Call(1);
        Assert.Equal(TableBytes + ZerosBytes + MemoryObjectBytes + Touched + (2 * NanoHeap.ObjectBytes), NanoHeap.Bytes(memory));
    }

    [Fact]
    public void A_run_reports_all_that_it_holds()
    {
        var module = new ModuleBuilder().Memory(1)
            .Function(
                new([WasmType.I32, WasmType.I32], [WasmType.I64]), [WasmType.I64, WasmType.F32, WasmType.F64],
                I32(60_000), I32(1), Instruction.Access(Opcode.I32Store), Get(0), Instruction.Access(Opcode.I64Load))
            .Allocator()
            .With(m => m with
            {
                Globals = [.. m.Globals, new(new(WasmType.F64, true), [F64(1), Opcode.End])],
                Tables = [new(WasmType.FuncRef, new(5, 9))],
                Elements = [new(SegmentMode.Passive, 0, WasmType.FuncRef, [1]), new(SegmentMode.Active, 0, WasmType.FuncRef, [1, 1], [I32(0), Opcode.End])],
                Data = [new(SegmentMode.Passive, [1, 2, 3])],
            })
            .Export("f", 0)
            .Manifest(new("f", "1", [new("x", new(FogKind.F64, true))], new(FogKind.I64)));
        var run = FunctionRunTests.Start(module, [new double[500]]);
        do
        {
            Assert.Equal(NanoHeap.Bytes(run), run.HeapBytes);
        }
        while (!run.Step(1));
        Assert.NotNull(run.Result);
        Assert.Equal(NanoHeap.Bytes(run), run.HeapBytes);
    }

    [Fact]
    public void Objects_cost_what_nanoFramework_takes_for_them()
    {
        var shared = new long[4];
        Assert.Equal(12 + 32, NanoHeap.Bytes(shared));
        Assert.Equal(12 + 3, NanoHeap.Bytes(new bool[3]));
        Assert.Equal(12 + (2 * 12) + 12 + 32, NanoHeap.Bytes(new object[] { new[] { shared, shared } }[0]));
        Assert.Equal(12 + (2 * 12) + 12 + (3 * 4), NanoHeap.Bytes(new Table(3, 9)));
    }
}
