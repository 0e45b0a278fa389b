using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>Branches that test what a comparison computes.</summary>
/// <param name="Swaps">The operands change places: the device has no greater-than.</param>
internal sealed record BranchOps(
    DeviceOp WhenTrue, DeviceOp WhenFalse, bool Swaps = false, DeviceOp? ImmediateWhenTrue = null, DeviceOp? ImmediateWhenFalse = null);

/// <summary>Which device instructions stand for which instructions of WebAssembly.</summary>
internal static class DeviceOps
{
    private const ulong SignBit = 1UL << 63;

    private static readonly Dictionary<Opcode, (DeviceOp Op, bool Swaps)> Direct = Named();

    private static readonly Dictionary<Opcode, BranchOps> Branches = new()
    {
        [Opcode.I32Eq] = new(DeviceOp.BrI32Eq, DeviceOp.BrI32Ne, false, DeviceOp.BrI32EqImm, DeviceOp.BrI32NeImm),
        [Opcode.I32Ne] = new(DeviceOp.BrI32Ne, DeviceOp.BrI32Eq, false, DeviceOp.BrI32NeImm, DeviceOp.BrI32EqImm),
        [Opcode.I32LtS] = new(DeviceOp.BrI32LtS, DeviceOp.BrI32GeS, false, DeviceOp.BrI32LtSImm, DeviceOp.BrI32GeSImm),
        [Opcode.I32GeS] = new(DeviceOp.BrI32GeS, DeviceOp.BrI32LtS, false, DeviceOp.BrI32GeSImm, DeviceOp.BrI32LtSImm),
        [Opcode.I32GtS] = new(DeviceOp.BrI32LtS, DeviceOp.BrI32GeS, true, DeviceOp.BrI32GtSImm, DeviceOp.BrI32LeSImm),
        [Opcode.I32LeS] = new(DeviceOp.BrI32GeS, DeviceOp.BrI32LtS, true, DeviceOp.BrI32LeSImm, DeviceOp.BrI32GtSImm),
        [Opcode.I32LtU] = new(DeviceOp.BrI32LtU, DeviceOp.BrI32GeU, false, DeviceOp.BrI32LtUImm, DeviceOp.BrI32GeUImm),
        [Opcode.I32GeU] = new(DeviceOp.BrI32GeU, DeviceOp.BrI32LtU, false, DeviceOp.BrI32GeUImm, DeviceOp.BrI32LtUImm),
        [Opcode.I32GtU] = new(DeviceOp.BrI32LtU, DeviceOp.BrI32GeU, true),
        [Opcode.I32LeU] = new(DeviceOp.BrI32GeU, DeviceOp.BrI32LtU, true),
        [Opcode.I64Eq] = new(DeviceOp.BrI64Eq, DeviceOp.BrI64Ne),
        [Opcode.I64Ne] = new(DeviceOp.BrI64Ne, DeviceOp.BrI64Eq),
        [Opcode.I64LtS] = new(DeviceOp.BrI64LtS, DeviceOp.BrI64GeS),
        [Opcode.I64GeS] = new(DeviceOp.BrI64GeS, DeviceOp.BrI64LtS),
        [Opcode.I64GtS] = new(DeviceOp.BrI64LtS, DeviceOp.BrI64GeS, true),
        [Opcode.I64LeS] = new(DeviceOp.BrI64GeS, DeviceOp.BrI64LtS, true),
        [Opcode.I64LtU] = new(DeviceOp.BrI64LtU, DeviceOp.BrI64GeU),
        [Opcode.I64GeU] = new(DeviceOp.BrI64GeU, DeviceOp.BrI64LtU),
        [Opcode.I64GtU] = new(DeviceOp.BrI64LtU, DeviceOp.BrI64GeU, true),
        [Opcode.I64LeU] = new(DeviceOp.BrI64GeU, DeviceOp.BrI64LtU, true),
        [Opcode.F64Eq] = new(DeviceOp.BrF64Eq, DeviceOp.BrF64Ne),
        [Opcode.F64Ne] = new(DeviceOp.BrF64Ne, DeviceOp.BrF64Eq),
        [Opcode.F64Lt] = new(DeviceOp.BrF64Lt, DeviceOp.BrF64NotLt),
        [Opcode.F64Le] = new(DeviceOp.BrF64Le, DeviceOp.BrF64NotLe),
        [Opcode.F64Gt] = new(DeviceOp.BrF64Lt, DeviceOp.BrF64NotLt, true),
        [Opcode.F64Ge] = new(DeviceOp.BrF64Le, DeviceOp.BrF64NotLe, true),
    };

    private static readonly Dictionary<(DeviceOp First, DeviceOp Second), DeviceOp> Pairs = Enum.GetValues<DeviceOp>()
        .Select(op => (Op: op, Names: op.ToString().Split("Then")))
        .Where(p => p.Names.Length == 2)
        .ToDictionary(p => (Enum.Parse<DeviceOp>(p.Names[0]), Enum.Parse<DeviceOp>(p.Names[1])), p => p.Op);

    /// <summary>The instruction of the same operands, and whether they change places.</summary>
    public static (DeviceOp Op, bool Swaps) Of(Opcode opcode) =>
        Direct.TryGetValue(opcode, out var found) ? found : throw new InvalidOperationException($"{opcode} is not lowered");

    public static BranchOps? Branch(Opcode opcode) => Branches.GetValueOrDefault(opcode);

    /// <summary>The instruction that takes its right operand as a signed 16-bit immediate.</summary>
    public static DeviceOp? Immediate(Opcode opcode) => opcode switch
    {
        Opcode.I32Add or Opcode.I32Sub => DeviceOp.I32AddImm,
        Opcode.I32Mul => DeviceOp.I32MulImm,
        Opcode.I32And => DeviceOp.I32AndImm,
        Opcode.I32Shl => DeviceOp.I32ShlImm,
        Opcode.I32ShrS => DeviceOp.I32ShrSImm,
        Opcode.I32ShrU => DeviceOp.I32ShrUImm,
        _ => null,
    };

    /// <summary>The load or store at base + (index &lt;&lt; shift).</summary>
    public static (DeviceOp Op, int Shift)? Indexed(Opcode opcode) => opcode switch
    {
        Opcode.I32Load => (DeviceOp.I32LoadIndexed, 2),
        Opcode.F64Load => (DeviceOp.F64LoadIndexed, 3),
        Opcode.I32Store => (DeviceOp.I32StoreIndexed, 2),
        Opcode.F64Store => (DeviceOp.F64StoreIndexed, 3),
        _ => null,
    };

    /// <summary>The load or store at base + (index &lt;&lt; shift) that checks the index against the register behind base first.</summary>
    public static (DeviceOp Op, int Shift)? Checked(Opcode opcode) => opcode switch
    {
        Opcode.I32Load8U => (DeviceOp.I32Load8UChecked, 0),
        Opcode.I32Load => (DeviceOp.I32LoadChecked, 2),
        Opcode.F64Load => (DeviceOp.F64LoadChecked, 3),
        Opcode.I32Store8 => (DeviceOp.I32Store8Element, 0),
        Opcode.I32Store => (DeviceOp.I32StoreElement, 2),
        Opcode.F64Store => (DeviceOp.F64StoreElement, 3),
        _ => null,
    };

    /// <summary>What takes the constant that one operand is: on the left, on the right; and the sign it gets there.</summary>
    public static (DeviceOp? Left, DeviceOp? Right, ulong RightSign) WithConstant(Opcode opcode) => opcode switch
    {
        Opcode.F64Add => (DeviceOp.F64AddConst, DeviceOp.F64AddConst, 0),
        Opcode.F64Sub => (DeviceOp.F64ConstSub, DeviceOp.F64AddConst, SignBit),
        Opcode.F64Mul => (DeviceOp.F64MulConst, DeviceOp.F64MulConst, 0),
        Opcode.F64Div => (null, DeviceOp.F64DivConst, 0),
        _ => (null, null, 0),
    };

    /// <summary>What takes an element of an array: as the left operand, as the right one.</summary>
    public static (DeviceOp? Left, DeviceOp? Right) WithElement(Opcode opcode) => opcode switch
    {
        Opcode.I32Add => (DeviceOp.I32AddLoad, DeviceOp.I32AddLoad),
        Opcode.F64Add => (DeviceOp.F64AddLoad, DeviceOp.F64AddLoad),
        Opcode.F64Sub => (DeviceOp.F64LoadSub, DeviceOp.F64SubLoad),
        Opcode.F64Mul => (DeviceOp.F64MulLoad, DeviceOp.F64MulLoad),
        _ => (null, null),
    };

    /// <summary>The instruction that stands for two, one behind the other: it bears the names of both.</summary>
    public static DeviceOp? Pair(DeviceOp first, DeviceOp second) => Pairs.TryGetValue((first, second), out var pair) ? pair : null;

    // Most device instructions bear the name of the one they stand for; greater-than is less-than the other way round.
    private static Dictionary<Opcode, (DeviceOp Op, bool Swaps)> Named()
    {
        var named = new Dictionary<Opcode, (DeviceOp, bool)>();
        foreach (var row in OpcodeTable.Rows.Where(r => r.Signature is not null))
        {
            var name = row.Opcode.ToString();
            if (Enum.TryParse<DeviceOp>(name, out var op))
            {
                named.Add(row.Opcode, (op, false));
                continue;
            }

            var swapped = name.Replace("Gt", "Lt", StringComparison.Ordinal).Replace("Ge", "Le", StringComparison.Ordinal);
            if (Enum.TryParse(swapped, out op)) named.Add(row.Opcode, (op, true));
        }

        return named;
    }
}
