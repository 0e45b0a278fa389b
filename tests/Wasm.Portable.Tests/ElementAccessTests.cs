using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>Elements of arrays, checked, loaded and computed with in one instruction: parameters are base, length, index, an operand and a second index.</summary>
public class ElementAccessTests
{
    private const int MemoryBytes = 65_536;
    private const double Operand = 2.5;

    private static readonly FunctionType Computing = new([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.F64, WasmType.I32], [WasmType.F64]);

    private static readonly Instruction[] Check = [Get(2), Get(1), Opcode.I32GeU, If(), Opcode.Unreachable, Opcode.End];
    private static readonly Instruction[] Element = [.. Check, Get(0), Get(2), I32(3), Opcode.I32Shl, Opcode.I32Add, Instruction.Access(Opcode.F64Load)];

    private static readonly Instruction[] Second = [.. Element.Select(i => i == Get(2) ? Get(4) : i)];

    // What each computes of the element and of the one at the second index.
    private static readonly (DeviceOp Op, Instruction[] Body, Func<double, double, double> Of)[] Forms =
    [
        (DeviceOp.F64LoadChecked, Element, (e, _) => e),
        (DeviceOp.F64AddLoad, [Get(3), .. Element, Opcode.F64Add], (e, _) => Operand + e),
        (DeviceOp.F64SubLoad, [Get(3), .. Element, Opcode.F64Sub], (e, _) => Operand - e),
        (DeviceOp.F64LoadSub, [.. Element, Get(3), Opcode.F64Sub], (e, _) => e - Operand),
        (DeviceOp.F64MulLoad, [Get(3), .. Element, Opcode.F64Mul], (e, _) => Operand * e),
        (DeviceOp.F64LoadLoadSub, [.. Element, .. Second, Opcode.F64Sub], (e, f) => e - f),
        (DeviceOp.F64Mul, [.. Element, .. Element, Opcode.F64Mul], (e, _) => e * e),
        (DeviceOp.F64MulAdd, [Get(3), .. Element, Get(3), Opcode.F64Sub, .. Element, Get(3), Opcode.F64Sub, Opcode.F64Mul, Opcode.F64Add], (e, _) => Operand + ((e - Operand) * (e - Operand))),
    ];

    [Fact]
    public void Elements_are_found_at_any_alignment_and_nowhere_outside()
    {
        foreach (var (op, body, of) in Forms)
        {
            var invocation = new Invocation(new ModuleBuilder().Memory(1).Function(Computing, [], body));
            Assert.Contains(op, Ops(invocation));
            var memory = invocation.Executor.Memory;
            for (var at = 0; at < 17; at++)
            {
                memory.StoreI64(1_000 + at, BitConverter.DoubleToInt64Bits(at + 0.125));
                memory.StoreI64(1_000 + at - 8, BitConverter.DoubleToInt64Bits(-3));
                var outcome = invocation.Call(0, 1_000 + at - 8, 2, 1, BitConverter.DoubleToInt64Bits(Operand), 0);
                Assert.Equal(BitConverter.DoubleToInt64Bits(of(at + 0.125, -3)), outcome.Bits);
            }

            Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, 2, 0, 0).Trap);
            Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, -1, 0, 0).Trap);
            Assert.Equal(TrapCode.None, invocation.Call(0, MemoryBytes - 8, 1, 0, 0, 0).Trap);
            Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - 7, 1, 0, 0, 0).Trap);
            Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - 8, 2, 1, 0, 0).Trap);
            Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, -8, 1, 0, 0, 0).Trap);
        }
    }

    [Fact]
    public void Of_two_elements_the_one_that_traps_is_named()
    {
        var invocation = new Invocation(new ModuleBuilder().Memory(1).Function(Computing, [], [.. Element, .. Second, Opcode.F64Sub]));
        var unreachable = invocation.Module.Functions[0].Body.Where(i => i.Opcode == Opcode.Unreachable).Select(i => i.Offset).ToArray();
        var loads = invocation.Module.Functions[0].Body.Where(i => i.Opcode == Opcode.F64Load).Select(i => i.Offset).ToArray();
        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, 2, 0, 1).Trap);
        Assert.Equal(unreachable[0], invocation.Executor.TrapOffset);
        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, 1, 0, 2).Trap);
        Assert.Equal(unreachable[1], invocation.Executor.TrapOffset);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - 8, 2, 1, 0, 0).Trap);
        Assert.Equal(loads[0], invocation.Executor.TrapOffset);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - 8, 2, 0, 0, 1).Trap);
        Assert.Equal(loads[1], invocation.Executor.TrapOffset);
    }

    [Fact]
    public void Integers_and_bytes_too()
    {
        Instruction[] sum = [Get(3), .. Check, Get(0), Get(2), I32(2), Opcode.I32Shl, Opcode.I32Add, Instruction.Access(Opcode.I32Load), Opcode.I32Add];
        Instruction[] octet = [.. Check, Get(0), Get(2), Opcode.I32Add, Instruction.Access(Opcode.I32Load8U)];
        FunctionType four = new([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32], [WasmType.I32]);
        var invocation = new Invocation(new ModuleBuilder().Memory(1).Function(four, [], sum).Function(four, [], octet));
        Assert.Superset(new HashSet<DeviceOp> { DeviceOp.I32AddLoad, DeviceOp.I32Load8UChecked }, Ops(invocation).ToHashSet());
        for (var at = 0; at < 9; at++)
        {
            invocation.Executor.Memory.StoreI32(2_000 + at, 70_000 + at);
            Assert.Equal(70_005 + at, invocation.Call(0, 2_000 + at - 4, 2, 1, 5).Bits);
            Assert.Equal((70_000 + at) & 0xFF, invocation.Call(1, 1_999 + at, 2, 1, 0).Bits);
        }

        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, 2, 0).Trap);
        Assert.Equal(TrapCode.Unreachable, invocation.Call(1, 0, 2, 2, 0).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - 3, 1, 0, 0).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(1, MemoryBytes, 1, 0, 0).Trap);
    }

    public static TheoryData<Opcode, DeviceOp, int> Stores => new()
    {
        { Opcode.F64Store, DeviceOp.F64StoreElement, 3 }, { Opcode.I32Store, DeviceOp.I32StoreElement, 2 }, { Opcode.I32Store8, DeviceOp.I32Store8Element, 0 },
    };

    [Theory]
    [MemberData(nameof(Stores))]
    public void Elements_are_stored_at_any_alignment_and_nowhere_outside(Opcode store, DeviceOp op, int shift)
    {
        var invocation = new Invocation(Storing(store, shift));
        Assert.Contains(op, Ops(invocation));
        var memory = invocation.Executor.Memory;
        var width = 1 << shift;
        var value = BitConverter.DoubleToInt64Bits(-1.0 / 3);
        long Load(int at) => shift == 3 ? memory.LoadI64(at) : shift == 2 ? (uint)memory.LoadI32(at) : memory.LoadU8(at);
        for (var at = 0; at < 17; at++)
        {
            // In a chunk that is not touched yet, then once more beside what stands there.
            var address = 3_000 + (1_024 * at) + at;
            foreach (var bits in new[] { value, ~value })
            {
                Assert.Equal(TrapCode.None, invocation.Call(0, address - width, 2, 1, (int)bits, bits).Trap);
                Assert.Equal(bits & (width == 8 ? -1 : (1L << (8 * width)) - 1), Load(address));
                Assert.Equal((0, 0), (memory.LoadU8(address - 1), memory.LoadU8(address + width)));
            }
        }

        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, 2, 0, 0).Trap);
        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 0, 2, -1, 0, 0).Trap);
        Assert.Equal(TrapCode.None, invocation.Call(0, MemoryBytes - width, 1, 0, 0, 0).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - width + 1, 1, 0, 0, 0).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, MemoryBytes - width, 2, 1, 0, 0).Trap);
        Assert.Equal(invocation.Module.Functions[0].Body.Single(i => i.Opcode == store).Offset, invocation.Executor.TrapOffset);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, -width, 1, 0, 0, 0).Trap);
    }

    // Base, length, index; a value of 32 bits and one of 64.
    internal static ModuleBuilder Storing(Opcode store, int shift)
    {
        Instruction[] scale = shift == 0 ? [] : [I32(shift), Opcode.I32Shl];
        return new ModuleBuilder().Memory(1).Function(
            new([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.F64], []),
            [],
            [.. Check, Get(0), Get(2), .. scale, Opcode.I32Add, Get(shift == 3 ? 4 : 3), Instruction.Access(store)]);
    }

    private static IEnumerable<DeviceOp> Ops(Invocation invocation) => LoopTests.Ops(invocation.Module).Select(o => o.Op);
}
