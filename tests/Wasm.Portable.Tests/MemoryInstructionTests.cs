using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class MemoryInstructionTests
{
    public static TheoryData<Opcode> Accesses => [.. OpcodeTable.Rows.Where(r => r.AccessBytes > 0).Select(r => r.Opcode)];

    [Theory]
    [MemberData(nameof(Accesses))]
    public void A_load_or_store_moves_its_bytes_at_any_alignment_and_offset(Opcode opcode)
    {
        var row = OpcodeTable.Get(opcode);
        var isLoad = row.Signature!.Results.Length == 1;
        uint[] offsets = [0, 1, 8, 70_000];
        var builder = new ModuleBuilder().Memory(2);
        foreach (var offset in offsets)
        {
            if (isLoad) builder.Function(row.Signature, [], Get(0), Instruction.Access(opcode, offset));
            else builder.Function(row.Signature, [], Get(0), Get(1), Instruction.Access(opcode, offset));
        }

        var invocation = new Invocation(builder);
        var memory = invocation.Executor.Memory;
        for (var i = 0; i < 2 * 65_536; i += 8) memory.StoreI64(i, unchecked((long)0x8182838485868788) + (i * 0x0101_0101L));
        foreach (var address in new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 1_015, 1_017, 1_020, 1_023, 1_024 })
        {
            for (var i = 0; i < offsets.Length; i++)
            {
                var at = address + (int)offsets[i];
                var before = Bytes(memory, at, row.AccessBytes);
                if (isLoad)
                {
                    Assert.Equal(Extended(opcode, before), invocation.Call(i, address).Bits);
                    continue;
                }

                const long value = unchecked((long)0xF1E2D3C4B5A69788);
                Assert.Equal(TrapCode.None, invocation.Call(i, address, value).Trap);
                Assert.Equal(BitConverter.GetBytes(value)[..row.AccessBytes], Bytes(memory, at, row.AccessBytes));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Accesses))]
    public void A_load_or_store_traps_when_any_of_its_bytes_is_outside(Opcode opcode)
    {
        var row = OpcodeTable.Get(opcode);
        var isLoad = row.Signature!.Results.Length == 1;
        uint[] offsets = [0, 16, 65_536, uint.MaxValue];
        var builder = new ModuleBuilder().Memory(1);
        foreach (var offset in offsets)
        {
            if (isLoad) builder.Function(new([WasmType.I32], []), [], Get(0), Instruction.Access(opcode, offset), Opcode.Drop);
            else builder.Function(row.Signature, [], Get(0), Get(1), Instruction.Access(opcode, offset));
        }

        var invocation = new Invocation(builder);
        foreach (var address in new[] { 0, 1, 65_536 - 16, 65_536 - 17, 65_536 - row.AccessBytes, 65_537 - row.AccessBytes, 65_535, 65_536, int.MaxValue, int.MinValue, -1, -16 })
        {
            for (var i = 0; i < offsets.Length; i++)
            {
                var isInside = (ulong)(uint)address + offsets[i] + (uint)row.AccessBytes <= 65_536;
                long[] arguments = isLoad ? [address] : [address, 0];
                Assert.Equal(isInside ? TrapCode.None : TrapCode.OutOfBoundsMemoryAccess, invocation.Call(i, arguments).Trap);
            }
        }
    }

    [Theory]
    [InlineData(Opcode.I32Load, Opcode.I32Store, 2)]
    [InlineData(Opcode.F64Load, Opcode.F64Store, 3)]
    [InlineData(Opcode.I64Load, Opcode.I64Store, 3)]
    [InlineData(Opcode.I32Load, Opcode.I32Store, 3)]
    [InlineData(Opcode.F32Load, Opcode.F32Store, 2)]
    [InlineData(Opcode.I32Load16U, Opcode.I32Store16, 1)]
    public void An_indexed_access_goes_where_the_address_arithmetic_says(Opcode load, Opcode store, int shift)
    {
        var type = OpcodeTable.Get(load).Signature!.Results[0];
        Instruction[] address = [Get(0), Get(1), I32(shift), Opcode.I32Shl, Opcode.I32Add];
        Instruction[] multiplied = [Get(1), I32(1 << shift), Opcode.I32Mul, Get(0), Opcode.I32Add];
        Instruction[] computed = [Get(0), I32(4), Opcode.I32Add, Get(1), I32(1), Opcode.I32Sub, I32(shift), Opcode.I32Shl, Opcode.I32Add];
        var invocation = new Invocation(new ModuleBuilder().Memory(1)
            .Function(new([WasmType.I32, WasmType.I32], [type]), [], [.. address, Instruction.Access(load, 24)])
            .Function(new([WasmType.I32, WasmType.I32], [type]), [], [.. multiplied, Instruction.Access(load, 24)])
            .Function(new([WasmType.I32, WasmType.I32], [type]), [], [.. computed, Instruction.Access(load)])
            .Function(new([WasmType.I32, WasmType.I32, type], []), [], [.. address, Get(2), Instruction.Access(store, 24)])
            .Function(new([WasmType.I32, WasmType.I32, type], []), [], [.. computed, .. computed, Instruction.Access(load), Instruction.Access(store, 64)]));
        var memory = invocation.Executor.Memory;
        for (var i = 0; i < 65_536; i += 4) memory.StoreI32(i, i * 7);
        int At(int a) => memory.LoadU16(a);

        foreach (var (a, b) in new[] { (0, 0), (8, 3), (40, 100), (1_001, 17), (-800, 200), (16, -1) })
        {
            var place = unchecked(a + (b << shift));
            if (place < 0) Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, a, b).Trap);
            else Assert.Equal(At(place + 24), (int)invocation.Call(0, a, b).Bits & 0xFFFF);
            Assert.Equal(invocation.Call(0, a, b), invocation.Call(1, a, b));
            if (place - (1 << shift) + 4 < 0) continue;
            var other = place - (1 << shift) + 4;
            Assert.Equal(At(other), (int)invocation.Call(2, a, b).Bits & 0xFFFF);
            invocation.Call(4, a, b, 0);
            Assert.Equal(At(other), At(other + 64));
            if (place < 0) continue;
            invocation.Call(3, a, b, 0x3C3C3C3C);
            Assert.Equal(0x3C3C, At(place + 24));
        }
    }

    [Theory]
    [InlineData(Opcode.I32Load, 2)]
    [InlineData(Opcode.F64Load, 3)]
    [InlineData(Opcode.I32Load8U, 0)]
    public void A_checked_load_has_two_traps_each_with_its_place(Opcode load, int shift)
    {
        // (pointer, index, length)
        Instruction[] check = [Get(1), Get(2), Opcode.I32GeU, If(), Opcode.Unreachable, Opcode.End];
        Instruction[] scaled = shift == 0 ? [] : [I32(shift), Opcode.I32Shl];
        var invocation = new Invocation(new ModuleBuilder().Memory(1).Function(
            new([WasmType.I32, WasmType.I32, WasmType.I32], OpcodeTable.Get(load).Signature!.Results),
            [],
            [.. check, Get(0), Get(1), .. scaled, Opcode.I32Add, Instruction.Access(load, 16)]));
        var body = invocation.Module.Functions[0].Body;
        invocation.Executor.Memory.StoreI64(1_016 + (3 << shift), 0x0102030405060708);

        Assert.Equal(0x08, (int)invocation.Call(0, 1_000, 3, 4).Bits & 0xFF);
        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 1_000, 4, 4).Trap);
        Assert.Equal(body.First(i => i.Opcode == Opcode.Unreachable).Offset, invocation.Executor.TrapOffset);
        Assert.Equal(TrapCode.Unreachable, invocation.Call(0, 1_000, -1, int.MaxValue).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, 65_530, 3, 4).Trap);
        Assert.Equal(body.First(i => i.Opcode == load).Offset, invocation.Executor.TrapOffset);
    }

    [Fact]
    public void Memory_grows_within_the_smallest_of_its_limits()
    {
        NumericOracle.Outcome Grow(uint? declaredMax, int bytesMax, int pages) =>
            new Invocation(new ModuleBuilder().Memory(1, declaredMax)
                .Function(new([WasmType.I32], [WasmType.I32]), [], Get(0), Opcode.MemoryGrow, Opcode.MemorySize, I32(100), Opcode.I32Mul, Opcode.I32Add), memoryBytesMax: bytesMax).Call(0, pages);

        Assert.Equal(1 + 300, Grow(null, 3 * 65_536, 2).Bits);
        Assert.Equal(-1 + 100, Grow(null, (3 * 65_536) - 1, 2).Bits);
        Assert.Equal(-1 + 100, Grow(2, 16 * 65_536, 2).Bits);
        Assert.Equal(1 + 100, Grow(1, 16 * 65_536, 0).Bits);
        Assert.Equal(-1 + 100, Grow(null, 16 * 65_536, -1).Bits);
    }

    [Fact]
    public void Bulk_memory_instructions_move_fill_and_initialise()
    {
        var invocation = new Invocation(new ModuleBuilder().Memory(1)
            .With(m => m with { Data = [new(SegmentMode.Passive, [1, 2, 3, 4, 5])] })
            .Function(new([WasmType.I32, WasmType.I32, WasmType.I32], []), [], Get(0), Get(1), Get(2), Opcode.MemoryFill)
            .Function(new([WasmType.I32, WasmType.I32, WasmType.I32], []), [], Get(0), Get(1), Get(2), Opcode.MemoryCopy)
            .Function(new([WasmType.I32, WasmType.I32, WasmType.I32], []), [], Get(0), Get(1), Get(2), Instruction.WithIndex(Opcode.MemoryInit, 0))
            .Function(new([], []), [], Instruction.WithIndex(Opcode.DataDrop, 0)));
        var memory = invocation.Executor.Memory;

        Assert.Equal(TrapCode.None, invocation.Call(2, 10, 1, 3).Trap);
        Assert.Equal([2, 3, 4], Bytes(memory, 10, 3));
        Assert.Equal(TrapCode.None, invocation.Call(1, 11, 10, 3).Trap);
        Assert.Equal([2, 2, 3, 4], Bytes(memory, 10, 4));
        Assert.Equal(TrapCode.None, invocation.Call(0, 65_530, 0x1FF, 6).Trap);
        Assert.Equal(0xFF, memory.LoadU8(65_535));
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(0, 65_530, 0, 7).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(1, 0, -1, 2).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(1, 0, 0, -1).Trap);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(2, 0, 3, 3).Trap);
        invocation.Call(3);
        Assert.Equal(TrapCode.OutOfBoundsMemoryAccess, invocation.Call(2, 0, 0, 1).Trap);
        Assert.Equal(TrapCode.None, invocation.Call(2, 0, 0, 0).Trap);
    }

    private static byte[] Bytes(LinearMemory memory, int address, int count) =>
        [.. Enumerable.Range(address, count).Select(a => (byte)memory.LoadU8(a))];

    private static long Extended(Opcode opcode, byte[] bytes)
    {
        var value = bytes.Select((b, i) => (long)b << (8 * i)).Sum();
        var isSigned = opcode.ToString().EndsWith('S');
        var unused = 64 - (8 * bytes.Length);
        if (isSigned) value = value << unused >> unused;
        return OpcodeTable.Get(opcode).Signature!.Results[0] is WasmType.I32 or WasmType.F32 ? (int)value : value;
    }
}
