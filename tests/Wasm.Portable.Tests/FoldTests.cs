using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>
/// Loops that fold an array into a number: the turn takes the rounds, or in slices of one block the code of the block does, and
/// nothing may tell which; nor that there is such a turn at all, which one with its operands the other way round has not.
/// </summary>
public class FoldTests
{
    private const int MemoryBytes = 65_536;
    private const long Fuel = 1_000_000;

    // Base, length, index, limit, step; another base, length and index; the accumulator, a number, the element.
    private static readonly FunctionType Folding = new(
        [WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.F64, WasmType.F64], [WasmType.F64]);

    private static readonly Instruction[] Element = Checked(0, 2);
    private static readonly Instruction[] Other = Checked(5, 7);
    private static readonly Instruction[] Pair = Checked(5, 2);
    private static readonly Instruction[] ByOne = [Get(2), I32(1), Opcode.I32Add, Set(2), Get(2), Get(3), Opcode.I32LtS];
    private static readonly Instruction[] ByRegister = [Get(2), Get(4), Opcode.I32Add, Set(2), Get(2), Get(3), Opcode.I32LtS];
    private static readonly Instruction[] ByAddress = [Get(2), I32(8), Opcode.I32Add, Set(2), Get(2), Get(3), Opcode.I32Ne];

    private static readonly (string Name, Instruction[] Body, Instruction[] Turn)[] Folds =
    [
        ("sum", [Get(8), .. Element, Opcode.F64Add, Set(8)], ByOne),
        ("sum by register", [Get(8), .. Element, Opcode.F64Add, Set(8)], ByRegister),
        ("sum of what is kept", [.. Element, Set(10), Get(8), Get(10), Opcode.F64Add, Set(8)], ByOne),
        ("sum of addresses", [Get(2), Instruction.Access(Opcode.F64Load), Set(10), Get(8), Get(10), Opcode.F64Add, Set(8)], ByAddress),
        ("squares", [Get(8), .. Element, .. Element, Opcode.F64Mul, Opcode.F64Add, Set(8)], ByOne),
        ("deviations", [.. Element, Get(9), Opcode.F64Sub, Set(10), Get(8), Get(10), Opcode.F64Add, Set(8)], ByOne),
        ("squares of deviations", [Get(8), .. Element, Get(9), Opcode.F64Sub, .. Element, Get(9), Opcode.F64Sub, Opcode.F64Mul, Opcode.F64Add, Set(8)], ByOne),
        ("differences from one", [Get(8), .. Element, .. Other, Opcode.F64Sub, Opcode.F64Add, Set(8)], ByRegister),
        ("differences of pairs", [Get(8), .. Element, .. Pair, Opcode.F64Sub, Opcode.F64Add, Set(8)], ByOne),
        ("squares of differences", [.. Element, .. Pair, Opcode.F64Sub, Set(10), Get(8), Get(10), Get(10), Opcode.F64Mul, Opcode.F64Add, Set(8)], ByOne),
        ("products with one", [Get(8), .. Element, .. Other, Opcode.F64Mul, Opcode.F64Add, Set(8)], ByOne),
        ("products of pairs", [Get(8), .. Element, .. Pair, Opcode.F64Mul, Opcode.F64Add, Set(8)], ByRegister),
        ("least", [Get(8), .. Element, Opcode.F64Min, Set(8)], ByOne),
        ("greatest", [Get(8), .. Element, Opcode.F64Max, Set(8)], ByOne),
        ("least of addresses", [Get(8), Get(2), Instruction.Access(Opcode.F64Load), Opcode.F64Min, Set(8)], ByAddress),
    ];

    // That something else than the index changes, or is what is folded, leaves the loop as it is.
    private static readonly (string Name, Instruction[] Body, Instruction[] Turn)[] Others =
    [
        ("limit is the index", [Get(8), .. Element, Opcode.F64Add, Set(8)], [Get(2), I32(1), Opcode.I32Add, Set(2), Get(2), Get(2), Opcode.I32LtS]),
        ("step is the index", [Get(8), .. Element, Opcode.F64Add, Set(8)], [Get(2), Get(2), Opcode.I32Add, Set(2), Get(2), Get(3), Opcode.I32LtS]),
        ("length is the index", [Get(8), .. Checked(1, 2), Opcode.F64Add, Set(8)], ByOne),
        ("another index", [Get(8), .. Other, Opcode.F64Add, Set(8)], ByOne),
        ("less the sum", [Get(8), .. Element, Get(8), Opcode.F64Sub, Opcode.F64Add, Set(8)], ByOne),
        ("no sum", [.. Element, Set(8)], ByOne),
        ("subtracted", [Get(8), .. Element, Opcode.F64Sub, Set(8)], ByOne),
        ("addresses by 16", [Get(2), Instruction.Access(Opcode.F64Load), Set(10), Get(8), Get(10), Opcode.F64Add, Set(8)], [Get(2), I32(16), Opcode.I32Add, Set(2), Get(2), Get(3), Opcode.I32Ne]),
        ("addresses further on", [Get(2), Instruction.Access(Opcode.F64Load, 8), Set(10), Get(8), Get(10), Opcode.F64Add, Set(8)], ByAddress),
    ];

    public static TheoryData<string> Names => [.. Folds.Concat(Others).Select(f => f.Name)];

    [Fact]
    public void They_are_one_instruction_and_no_other_loop_is()
    {
        foreach (var (name, body, turn) in Folds) Assert.True(Ops(body, turn).Count(o => o == DeviceOp.F64Fold) == 1, name);
        foreach (var (name, body, turn) in Others) Assert.DoesNotContain(DeviceOp.F64Fold, Ops(body, turn));
        foreach (var (name, body, turn) in Folds) Assert.DoesNotContain(DeviceOp.F64Fold, Ops(body, Plain(turn)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_traps_and_fuel_are_those_of_the_loop_as_it_was_written(string name)
    {
        var (_, body, turn) = Folds.Concat(Others).Single(f => f.Name == name);
        var isAddress = turn.Contains(Opcode.I32Ne);
        var random = new Random(5);
        var traps = new HashSet<TrapCode>();
        for (var i = 0; i < 400; i++)
        {
            // Arrays near the end of memory, over chunks that nothing has touched; seldom one that is not aligned.
            var address = random.Next(8) == 0 ? random.Next(MemoryBytes + 8) : random.Next(MemoryBytes / 8) * 8;
            var length = random.Next(random.Next(2) == 0 ? 12 : 400);
            var index = random.Next(6) == 0 ? random.Next(-1, length + 2) : 0;
            var limit = random.Next(5) == 0 ? random.Next(-2, length + 3) : System.Math.Min(length, (MemoryBytes - address) / 8);
            var second = random.Next(8) == 0 ? random.Next(MemoryBytes + 8) : random.Next(MemoryBytes / 8) * 8;
            var secondLength = random.Next(4) == 0 ? random.Next(length + 1) : length;
            if (isAddress) (index, limit) = (address, random.Next(4) == 0 ? address + (random.Next(2) == 0 ? random.Next(4_000) : -8 * random.Next(1, 20)) : address + (8 * System.Math.Max(limit, 1)));
            long[] arguments = [address, length, index, limit, random.Next(5) == 0 ? random.Next(-2, 300) : 1, second, secondLength, random.Next(length + 1), Number(random), Number(random)];
            var seed = random.Next();
            var fuel = random.Next(4) == 0 ? random.Next(1, 3_000) : random.Next(3) == 0 ? 60_000 : Fuel;
            var whole = Run(body, turn, seed, fuel, long.MaxValue, arguments);
            Assert.Equal(Run(body, Plain(turn), seed, fuel, long.MaxValue, arguments), whole);
            Assert.Equal(Run(body, turn, seed, fuel, 1, arguments), whole);
            Assert.Equal(Run(body, turn, seed, fuel, 700, arguments), whole);
            traps.Add(whole.Trap);
        }

        if (!Folds.Any(f => f.Name == name)) return;
        Assert.Superset(new HashSet<TrapCode> { TrapCode.None, TrapCode.FuelExhausted, TrapCode.OutOfBoundsMemoryAccess }, traps);
        if (!isAddress) Assert.Contains(TrapCode.Unreachable, traps);
    }

    [Fact]
    public void Rounds_are_taken_in_order()
    {
        var (_, body, turn) = Folds[0];
        double[] values = [1e16, 1, -1e16, 1, 0.1, 0.2, 0.3];
        var invocation = new Invocation(Module(body, turn));
        for (var i = 0; i < values.Length; i++) invocation.Executor.Memory.StoreI64(8 * i, BitConverter.DoubleToInt64Bits(values[i]));
        var expected = values.Aggregate(-0.0, (sum, value) => sum + value);
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), invocation.Call(0, 0, 7, 0, 7, 0, 0, 0, 0, BitConverter.DoubleToInt64Bits(-0.0), 0).Bits);
    }

    private static (TrapCode Trap, int Offset, long Bits, long Element, long Fuel) Run(Instruction[] body, Instruction[] turn, int seed, long fuel, long slice, long[] arguments)
    {
        var invocation = new Invocation(Module(body, turn), fuel);
        var memory = invocation.Executor.Memory;
        var random = new Random(seed);
        var isZeros = random.Next(4) == 0;
        for (var chunk = 0; chunk < MemoryBytes >> LinearMemory.ChunkShift; chunk++)
        {
            if (random.Next(4) == 0) continue;
            for (var at = 0; at < 1 << LinearMemory.ChunkShift; at += 8) memory.StoreI64((chunk << LinearMemory.ChunkShift) + at, isZeros ? (long)random.Next(2) << 63 : Number(random));
        }

        var outcome = invocation.CallInSlices(0, slice, arguments);
        var isTrap = outcome.Trap != TrapCode.None;
        return (outcome.Trap, isTrap ? invocation.Executor.TrapOffset : 0, isTrap ? 0 : outcome.Bits, isTrap ? 0 : invocation.Executor.GetI64(0), invocation.Executor.FuelLeft);
    }

    // For the same fuel: limit > index, limit != index.
    private static Instruction[] Plain(Instruction[] turn) => [.. turn[..^3], turn[^2], turn[^3], turn[^1] == Opcode.I32LtS ? Opcode.I32GtS : Opcode.I32Ne];

    // The last element with where the index stands, and the accumulator.
    private static ModuleBuilder Module(Instruction[] body, Instruction[] turn) => new ModuleBuilder().Memory(1)
        .Function(
            Folding with { Results = [WasmType.I64, WasmType.F64] },
            [WasmType.F64],
            [Loop(), .. body, .. turn, BrIf(0), Opcode.End, Get(10), Opcode.I64ReinterpretF64, Get(2), Opcode.I64ExtendI32S, Opcode.I64Xor, Get(8)]);

    private static IEnumerable<DeviceOp> Ops(Instruction[] body, Instruction[] turn) => LoopTests.Ops(new Invocation(Module(body, turn)).Module).Select(o => o.Op);

    private static Instruction[] Checked(int array, int index) =>
    [
        Get(index), Get(array + 1), Opcode.I32GeU, If(), Opcode.Unreachable, Opcode.End,
        Get(array), Get(index), I32(3), Opcode.I32Shl, Opcode.I32Add, Instruction.Access(Opcode.F64Load),
    ];

    // Mostly numbers; now and then zeros, infinities and NaNs that are not canonical.
    private static long Number(Random random) => random.Next(400) switch
    {
        0 => BitConverter.DoubleToInt64Bits(double.PositiveInfinity),
        1 => BitConverter.DoubleToInt64Bits(double.NegativeInfinity),
        2 => unchecked((long)0xFFF8_0000_0000_0123UL),
        < 8 => BitConverter.DoubleToInt64Bits(-0.0),
        < 16 => 0,
        _ => BitConverter.DoubleToInt64Bits((random.NextDouble() - 0.5) * 1e3),
    };
}
