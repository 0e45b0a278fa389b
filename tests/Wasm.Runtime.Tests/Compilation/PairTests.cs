using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime.Lowering;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Runtime.Tests.Compilation;

/// <summary>Two instructions of the portable executor that are one: result, memory, fuel, trap and its place are those of compiled code.</summary>
public class PairTests
{
    private const int MemoryBytes = 65_536;

    // Base, length, index, limit, k, x, y; locals of both kinds behind them are the results.
    private static readonly FunctionType Type = new(
        [WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32, WasmType.F64, WasmType.F64], [WasmType.I32, WasmType.I32, WasmType.F64]);

    private static readonly Instruction[] Sum = [Get(2), Get(4), Opcode.I32Add, Set(7)];
    private static readonly Instruction[] Third = [Get(2), I32(3), Opcode.I32Add, Set(7)];
    private static readonly Instruction[] Element = [.. Checked(7, 3), Instruction.Access(Opcode.F64Load)];
    private static readonly Instruction[] Store = [.. Checked(2, 3), Get(5), Instruction.Access(Opcode.F64Store)];
    private static readonly Instruction[] Turn = [Get(2), I32(1), Opcode.I32Add, Tee(2), Get(3), Opcode.I32LtS, BrIf(0), Opcode.End];
    private static readonly Instruction[] Back = [Get(2), I32(1), Opcode.I32Sub, Tee(2), I32(0), Opcode.I32GeS, BrIf(0), Opcode.End];

    private static readonly (DeviceOp Op, Instruction[] Body)[] Pairs =
    [
        (DeviceOp.I32AddThenF64AddLoad, [.. Sum, Get(5), .. Element, Opcode.F64Add, Set(8)]),
        (DeviceOp.I32AddThenF64LoadChecked, [.. Sum, .. Element, Set(8)]),
        (DeviceOp.I32AddThenI32Load8UChecked, [.. Sum, .. Checked(7, 0), Instruction.Access(Opcode.I32Load8U), Set(4)]),
        (DeviceOp.I32AddImmThenF64LoadChecked, [.. Third, .. Element, Set(8)]),
        (DeviceOp.I32AddImmThenF64SubLoad, [.. Third, Get(5), .. Element, Opcode.F64Sub, Set(8)]),
        (DeviceOp.I32AddImmThenI32AddLoad, [.. Third, Get(4), .. Checked(7, 2), Instruction.Access(Opcode.I32Load), Opcode.I32Add, Set(4)]),
        (DeviceOp.I32AddImmThenBrI32GeS, [Block(), .. Third, Get(7), Get(3), Opcode.I32GeS, BrIf(0), Get(5), Set(8), Opcode.End]),
        (DeviceOp.I32AddImmThenStepBrLtS, [Loop(), Get(7), I32(5), Opcode.I32Add, Set(7), .. Turn]),
        (DeviceOp.F64AddThenStepBrLtS, [Loop(), Get(8), Get(5), Opcode.F64Add, Set(8), .. Turn]),
        (DeviceOp.F64MulAddThenStepBrLtS, [Loop(), Get(6), Get(8), Get(5), Opcode.F64Mul, Opcode.F64Add, Set(8), .. Turn]),
        (DeviceOp.F64StoreElementThenI32AddImm, [.. Store, Get(2), I32(3), Opcode.I32Add, Set(2)]),
        (DeviceOp.F64StoreElementThenStepBrLtS, [Loop(), .. Store, .. Turn]),
        (DeviceOp.F64StoreElementThenStepBrGeSImm, [Loop(), .. Store, .. Back]),
    ];

    public static TheoryData<DeviceOp> Ops => [.. Enum.GetValues<DeviceOp>().Where(op => op.ToString().Contains("Then", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_pair_ends_as_its_instructions_do_on_compiled_code(DeviceOp op)
    {
        var body = Pairs.Single(p => p.Op == op).Body;
        var module = new ModuleBuilder().Memory(1)
            .Function(Type, [WasmType.I32, WasmType.F64], [.. body, Get(7), Get(2), Opcode.I32Xor, Get(4), Get(8)])
            .Function(new([WasmType.I32, WasmType.F64], []), [], Get(0), Get(1), Instruction.Access(Opcode.F64Store));

        // Cells of code are what an image ends with.
        var image = ImageWriter.Write(module.Build());
        Assert.Contains(op, Enumerable.Range(1, image.Length / sizeof(long)).Select(cell => (DeviceOp)BitConverter.ToUInt16(image, image.Length - (cell * sizeof(long)))));
        var both = new BothEngines(module);
        var random = new Random((int)op);
        var traps = new HashSet<TrapCode>();
        for (var i = 0; i < 300; i++)
        {
            // Now and then the array is not aligned, reaches beyond the end of memory, or is shorter than what is asked of it.
            var at = random.Next(6) switch { 0 => random.Next(MemoryBytes + 8), 1 => MemoryBytes - random.Next(40), _ => random.Next(MemoryBytes / 8) * 8 };
            both.Call(1, random.Next(MemoryBytes - 8), Number(random));
            both.Call(1, System.Math.Min(at + (8 * random.Next(8)), MemoryBytes - 8), Number(random));
            traps.Add(both.Call(0, at, random.Next(14), random.Next(-1, 9), random.Next(12), random.Next(-3, 6), Number(random), Number(random)).Trap);
        }

        Assert.Contains(TrapCode.None, traps);
        if (!body.Contains(Opcode.Unreachable)) return;
        Assert.Superset(new HashSet<TrapCode> { TrapCode.Unreachable, TrapCode.OutOfBoundsMemoryAccess }, traps);
    }

    // The address of an element whose index is in a local.
    private static Instruction[] Checked(int index, int shift)
    {
        Instruction[] scale = shift == 0 ? [] : [I32(shift), Opcode.I32Shl];
        return [Get(index), Get(1), Opcode.I32GeU, If(), Opcode.Unreachable, Opcode.End, Get(0), Get(index), .. scale, Opcode.I32Add];
    }

    private static long Number(Random random) => random.Next(10) switch
    {
        0 => unchecked((long)0xFFF8_0000_0000_0123UL),
        1 => BitConverter.DoubleToInt64Bits(double.NegativeInfinity),
        _ => BitConverter.DoubleToInt64Bits((random.NextDouble() - 0.5) * 8),
    };
}
