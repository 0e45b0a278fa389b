using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>
/// Loops that store an element or the sum so far in every round: the turn takes the rounds, or in slices of one block the code of
/// the block does, and nothing may tell which, not even memory behind a trap; nor that there is such a turn at all.
/// </summary>
public class ScanTests
{
    private const int MemoryBytes = 65_536;
    private const long Fuel = 1_000_000;

    // Base, length, index, limit; of what is stored base, length, index and second index; a place; a number and the sum, and a local: the element.
    private static readonly FunctionType Scanning = new(
        [WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.F64, WasmType.F64], [WasmType.I64, WasmType.F64]);

    private static readonly Instruction[] Element = [.. Checked(0, 2), Instruction.Access(Opcode.F64Load), Set(11)];
    private static readonly Instruction[] OfAddress = [Get(2), Instruction.Access(Opcode.F64Load), Set(11)];
    private static readonly Instruction[] Same = [.. Checked(0, 8), Instruction.Access(Opcode.F64Load), Set(11)];
    private static readonly Instruction[] Sum = [Get(10), .. Checked(0, 2), Instruction.Access(Opcode.F64Load), Opcode.F64Add, Set(10)];
    private static readonly Instruction[] Pair = [.. Store(6, 9), .. Step(7, 6, 1), .. Store(7, 11)];
    private static readonly Instruction[] Up = [.. Step(2, 2, 1), Get(2), Get(3), Opcode.I32LtS];
    private static readonly Instruction[] ByThree = [.. Step(2, 2, 3), Get(2), Get(3), Opcode.I32LtS];
    private static readonly Instruction[] Down = [.. Step(2, 2, -1), Get(2), I32(0), Opcode.I32GeS];
    private static readonly Instruction[] ByAddress = [.. Step(2, 2, 8), Get(2), Get(3), Opcode.I32Ne];

    private static readonly (string Name, Instruction[] Body, Instruction[] Turn)[] Scans =
    [
        ("copy", [.. Element, .. Store(2, 11)], Up),
        ("copy of some", [.. Element, .. Store(2, 11)], ByThree),
        ("copy backwards", [.. Element, .. Store(2, 11)], Down),
        ("copy of addresses", [.. OfAddress, .. Store(6, 11), .. Step(6, 6, 1)], ByAddress),
        ("copy to another place", [.. Element, .. Store(6, 11), .. Step(6, 6, 2)], Up),
        ("copy to one place", [.. Element, .. Store(8, 11)], Up),
        ("one again and again", [.. Same, .. Store(6, 11), .. Step(6, 6, 1)], Up),
        ("one everywhere", [.. Same, .. Store(2, 11)], Down),
        ("sums", [.. Sum, .. Store(2, 10)], Up),
        ("sums backwards", [.. Sum, .. Store(2, 10)], Down),
        ("sums elsewhere", [.. Sum, .. Store(6, 10), .. Step(6, 6, 3)], Up),
        ("pairs", [.. OfAddress, .. Pair, .. Step(6, 6, 3)], ByAddress),
        ("pairs by index", [.. Element, .. Pair, .. Step(6, 6, 2)], Down),
        ("pairs from the last", [.. Element, .. Pair, .. Step(6, 6, -2)], Up),
        ("pairs at the index", [.. Element, .. Store(2, 9), .. Step(7, 2, 1), .. Store(7, 11)], Up),
    ];

    // That something else changes from round to round, or one index as two things, leaves the loop as it is.
    private static readonly (string Name, Instruction[] Body, Instruction[] Turn)[] Others =
    [
        ("limit changes", [.. Element, .. Store(6, 11), .. Step(6, 6, 1)], [.. Step(2, 2, 1), Get(2), Get(6), Opcode.I32LtS]),
        ("element's index changes otherwise", [.. Checked(0, 6), Instruction.Access(Opcode.F64Load), Set(11), .. Store(6, 11), .. Step(6, 6, 1)], Up),
        ("element's length changes", [.. Checked(1, 2), Instruction.Access(Opcode.F64Load), Set(11), .. Store(2, 11)], Up),
        ("an address is the index", [.. OfAddress, .. Store(2, 11)], ByAddress),
        ("addresses by 16", [.. OfAddress, .. Store(6, 11), .. Step(6, 6, 1)], [.. Step(2, 2, 16), Get(2), Get(3), Opcode.I32Ne]),
        ("two steps of one index", [.. Element, .. Store(2, 11), .. Step(2, 2, 1)], Up),
        ("second index is the place", [.. Same, .. Store(6, 9), .. Step(8, 6, 1), .. Store(8, 11)], Up),
        ("second index is the index", [.. Element, .. Store(6, 9), .. Step(6, 6, 1), .. Store(6, 11)], Up),
        ("another number", [.. Element, .. Store(2, 9)], Up),
        ("sum of another", [Get(9), .. Checked(0, 2), Instruction.Access(Opcode.F64Load), Opcode.F64Add, Set(10), .. Store(2, 10)], Up),
    ];

    public static TheoryData<string> Names => [.. Scans.Concat(Others).Select(f => f.Name)];

    [Fact]
    public void They_are_one_instruction_and_no_other_loop_is()
    {
        foreach (var (name, body, turn) in Scans) Assert.True(Ops(body, turn).Count(o => o == DeviceOp.F64Scan) == 1, name);
        foreach (var (name, body, turn) in Others) Assert.False(Ops(body, turn).Contains(DeviceOp.F64Scan), name);
        foreach (var (name, body, turn) in Scans) Assert.False(Ops(body, Plain(turn)).Contains(DeviceOp.F64Scan), name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_memory_traps_and_fuel_are_those_of_the_loop_as_it_was_written(string name)
    {
        var (_, body, turn) = Scans.Concat(Others).Single(f => f.Name == name);
        var isAddress = turn.Contains(Opcode.I32Ne);
        var isDown = turn.Contains(Opcode.I32GeS);
        var random = new Random(7);
        var traps = new HashSet<TrapCode>();
        for (var i = 0; i < 250; i++)
        {
            // Arrays that lie apart, in each other's way, or near the end of memory; seldom one that is not aligned.
            var length = random.Next(random.Next(2) == 0 ? 12 : 400);
            var address = Address(random);
            var into = random.Next(3) == 0 ? System.Math.Clamp(address + (8 * random.Next(-3, 4)), 0, MemoryBytes) : Address(random);
            var intoLength = random.Next(4) == 0 ? random.Next(length + 2) : 4 * (length + 1);
            var limit = random.Next(5) == 0 ? random.Next(-2, length + 3) : System.Math.Min(length, (MemoryBytes - address) / 8);
            var index = random.Next(6) == 0 ? random.Next(-1, length + 2) : isDown ? limit - 1 : 0;
            if (isAddress) (index, limit) = (address, random.Next(4) == 0 ? address + (random.Next(2) == 0 ? random.Next(4_000) : -8 * random.Next(1, 20)) : address + (8 * System.Math.Max(limit, 1)));
            long[] arguments = [address, length, index, limit, into, intoLength, random.Next(3) == 0 ? random.Next(-1, intoLength + 1) : 0, random.Next(9), random.Next(6) == 0 ? random.Next(length + 1) : length / 2, Number(random), Number(random)];
            var seed = random.Next();
            var fuel = random.Next(4) == 0 ? random.Next(1, 3_000) : random.Next(3) == 0 ? 60_000 : Fuel;
            var whole = Run(body, turn, seed, fuel, long.MaxValue, arguments);
            Assert.Equal(Run(body, Plain(turn), seed, fuel, long.MaxValue, arguments), whole);
            Assert.Equal(Run(body, turn, seed, fuel, 1, arguments), whole);
            Assert.Equal(Run(body, turn, seed, fuel, 700, arguments), whole);
            traps.Add(whole.Trap);
        }

        if (Scans.Any(f => f.Name == name)) Assert.Superset(new HashSet<TrapCode> { TrapCode.None, TrapCode.FuelExhausted, TrapCode.OutOfBoundsMemoryAccess, TrapCode.Unreachable }, traps);
    }

    private static (TrapCode Trap, int Offset, long Bits, long Indices, long Fuel, long Memory) Run(Instruction[] body, Instruction[] turn, int seed, long fuel, long slice, long[] arguments)
    {
        var invocation = new Invocation(Module(body, turn), fuel);
        var memory = invocation.Executor.Memory;
        var random = new Random(seed);
        for (var chunk = 0; chunk < MemoryBytes >> LinearMemory.ChunkShift; chunk++)
        {
            if (random.Next(4) == 0) continue;
            for (var at = 0; at < 1 << LinearMemory.ChunkShift; at += 8) memory.StoreI64((chunk << LinearMemory.ChunkShift) + at, Number(random));
        }

        var outcome = invocation.CallInSlices(0, slice, arguments);
        var isTrap = outcome.Trap != TrapCode.None;
        var digest = 0L;
        for (var at = 0; at < MemoryBytes; at += 8) digest = unchecked((digest * 1_000_003) + memory.LoadI64(at));
        return (outcome.Trap, isTrap ? invocation.Executor.TrapOffset : 0, isTrap ? 0 : outcome.Bits, isTrap ? 0 : invocation.Executor.GetI64(0), invocation.Executor.FuelLeft, digest);
    }

    // For the same fuel: limit > index, 0 <= index, limit != index.
    private static Instruction[] Plain(Instruction[] turn) =>
        [.. turn[..^3], turn[^2], turn[^3], turn[^1] == Opcode.I32LtS ? Opcode.I32GtS : turn[^1] == Opcode.I32GeS ? Opcode.I32LeS : Opcode.I32Ne];

    // The indices and the element; the sum.
    private static ModuleBuilder Module(Instruction[] body, Instruction[] turn) => new ModuleBuilder().Memory(1)
        .Function(
            Scanning,
            [WasmType.F64],
            [
                Loop(), .. body, .. turn, BrIf(0), Opcode.End, Get(11), Opcode.I64ReinterpretF64,
                Get(2), Opcode.I64ExtendI32S, Opcode.I64Xor, Get(6), Opcode.I64ExtendI32S, I64(7919), Opcode.I64Mul, Opcode.I64Xor,
                Get(7), Opcode.I64ExtendI32S, I64(104_729), Opcode.I64Mul, Opcode.I64Xor, Get(10),
            ]);

    private static IEnumerable<DeviceOp> Ops(Instruction[] body, Instruction[] turn) => LoopTests.Ops(new Invocation(Module(body, turn)).Module).Select(o => o.Op);

    private static Instruction[] Step(int into, int from, int by) => [Get(from), I32(by), Opcode.I32Add, Set(into)];

    private static Instruction[] Store(int index, int value) => [.. Checked(4, index), Get(value), Instruction.Access(Opcode.F64Store)];

    // The address of an element.
    private static Instruction[] Checked(int array, int index) =>
    [
        Get(index), Get(array + 1), Opcode.I32GeU, If(), Opcode.Unreachable, Opcode.End,
        Get(array), Get(index), I32(3), Opcode.I32Shl, Opcode.I32Add,
    ];

    private static int Address(Random random) => random.Next(10) switch
    {
        0 => random.Next(MemoryBytes + 8),
        1 => MemoryBytes - (8 * random.Next(100)),
        _ => random.Next(MemoryBytes / 8) * 8,
    };

    // Mostly numbers; now and then infinities, a zero with sign and NaNs that are not canonical.
    private static long Number(Random random) => random.Next(400) switch
    {
        0 => BitConverter.DoubleToInt64Bits(double.PositiveInfinity),
        1 => BitConverter.DoubleToInt64Bits(double.NegativeInfinity),
        2 => unchecked((long)0xFFF8_0000_0000_0123UL),
        < 8 => BitConverter.DoubleToInt64Bits(-0.0),
        _ => BitConverter.DoubleToInt64Bits((random.NextDouble() - 0.5) * 1e3),
    };
}
