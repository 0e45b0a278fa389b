using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>What follows the opcode in the binary format.</summary>
public enum Immediates : byte
{
    None,
    BlockType,
    Label,
    LabelTable,
    Function,
    TypeAndTable,
    Types,
    Local,
    Global,
    Table,
    TablePair,
    Element,
    ElementAndTable,
    MemoryAccess,
    Memory,
    MemoryPair,
    Data,
    DataAndMemory,
    I32,
    I64,
    F32,
    F64,
    ReferenceType,
}

/// <summary>How an instruction can trap. Fuel can run out at any block entry and is not listed.</summary>
[Flags]
public enum Traps : byte
{
    None = 0,
    Unreachable = 1,
    MemoryBounds = 2,
    TableBounds = 4,
    DivideByZero = 8,
    Overflow = 16,
    Conversion = 32,
    IndirectCall = 64,
    CallStack = 128,
}

/// <summary>One row of the opcode table.</summary>
public sealed class OpcodeInfo
{
    internal OpcodeInfo(Opcode opcode, string mnemonic, string? signature, Immediates immediates = Immediates.None, Traps traps = Traps.None, int accessBytes = 0)
    {
        (Opcode, Mnemonic, Immediates, Traps, AccessBytes) = (opcode, mnemonic, immediates, traps, accessBytes);
        if (signature is null) return;
        var colon = signature.IndexOf(':');
        Signature = new FunctionType(
            [.. signature.Substring(0, colon).Select(TypeOf)], [.. signature.Substring(colon + 1).Select(TypeOf)]);
    }

    public Opcode Opcode { get; }

    /// <summary>Name in the text format.</summary>
    public string Mnemonic { get; }

    /// <summary>Operands and results; null where they depend on the context (control, variables, references).</summary>
    public FunctionType? Signature { get; }

    public Immediates Immediates { get; }

    public Traps Traps { get; }

    /// <summary>Bytes a load or store touches; 0 for every other instruction.</summary>
    public int AccessBytes { get; }

    private static WasmType TypeOf(char letter) => letter switch
    {
        'i' => WasmType.I32,
        'I' => WasmType.I64,
        'f' => WasmType.F32,
        'F' => WasmType.F64,
        _ => throw new InvalidOperationException($"no type '{letter}'"),
    };
}

/// <summary>
/// The one table of instructions: what reader, writer, validator, lowering and tests know of an opcode, they know
/// from here. In signatures i is i32, I is i64, f is f32, F is f64; null is typed by the context.
/// </summary>
public static class OpcodeTable
{
    public static ImmutableArray<OpcodeInfo> Rows { get; } =
    [
        new(Opcode.Unreachable, "unreachable", null, traps: Traps.Unreachable),
        new(Opcode.Nop, "nop", ":"),
        new(Opcode.Block, "block", null, Immediates.BlockType),
        new(Opcode.Loop, "loop", null, Immediates.BlockType),
        new(Opcode.If, "if", null, Immediates.BlockType),
        new(Opcode.Else, "else", null),
        new(Opcode.End, "end", null),
        new(Opcode.Br, "br", null, Immediates.Label),
        new(Opcode.BrIf, "br_if", null, Immediates.Label),
        new(Opcode.BrTable, "br_table", null, Immediates.LabelTable),
        new(Opcode.Return, "return", null),
        new(Opcode.Call, "call", null, Immediates.Function, Traps.CallStack),
        new(Opcode.CallIndirect, "call_indirect", null, Immediates.TypeAndTable, Traps.CallStack | Traps.IndirectCall),
        new(Opcode.Drop, "drop", null),
        new(Opcode.Select, "select", null),
        new(Opcode.SelectT, "select", null, Immediates.Types),
        new(Opcode.LocalGet, "local.get", null, Immediates.Local),
        new(Opcode.LocalSet, "local.set", null, Immediates.Local),
        new(Opcode.LocalTee, "local.tee", null, Immediates.Local),
        new(Opcode.GlobalGet, "global.get", null, Immediates.Global),
        new(Opcode.GlobalSet, "global.set", null, Immediates.Global),
        new(Opcode.TableGet, "table.get", null, Immediates.Table, Traps.TableBounds),
        new(Opcode.TableSet, "table.set", null, Immediates.Table, Traps.TableBounds),
        new(Opcode.I32Load, "i32.load", "i:i", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.I64Load, "i64.load", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 8),
        new(Opcode.F32Load, "f32.load", "i:f", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.F64Load, "f64.load", "i:F", Immediates.MemoryAccess, Traps.MemoryBounds, 8),
        new(Opcode.I32Load8S, "i32.load8_s", "i:i", Immediates.MemoryAccess, Traps.MemoryBounds, 1),
        new(Opcode.I32Load8U, "i32.load8_u", "i:i", Immediates.MemoryAccess, Traps.MemoryBounds, 1),
        new(Opcode.I32Load16S, "i32.load16_s", "i:i", Immediates.MemoryAccess, Traps.MemoryBounds, 2),
        new(Opcode.I32Load16U, "i32.load16_u", "i:i", Immediates.MemoryAccess, Traps.MemoryBounds, 2),
        new(Opcode.I64Load8S, "i64.load8_s", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 1),
        new(Opcode.I64Load8U, "i64.load8_u", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 1),
        new(Opcode.I64Load16S, "i64.load16_s", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 2),
        new(Opcode.I64Load16U, "i64.load16_u", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 2),
        new(Opcode.I64Load32S, "i64.load32_s", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.I64Load32U, "i64.load32_u", "i:I", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.I32Store, "i32.store", "ii:", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.I64Store, "i64.store", "iI:", Immediates.MemoryAccess, Traps.MemoryBounds, 8),
        new(Opcode.F32Store, "f32.store", "if:", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.F64Store, "f64.store", "iF:", Immediates.MemoryAccess, Traps.MemoryBounds, 8),
        new(Opcode.I32Store8, "i32.store8", "ii:", Immediates.MemoryAccess, Traps.MemoryBounds, 1),
        new(Opcode.I32Store16, "i32.store16", "ii:", Immediates.MemoryAccess, Traps.MemoryBounds, 2),
        new(Opcode.I64Store8, "i64.store8", "iI:", Immediates.MemoryAccess, Traps.MemoryBounds, 1),
        new(Opcode.I64Store16, "i64.store16", "iI:", Immediates.MemoryAccess, Traps.MemoryBounds, 2),
        new(Opcode.I64Store32, "i64.store32", "iI:", Immediates.MemoryAccess, Traps.MemoryBounds, 4),
        new(Opcode.MemorySize, "memory.size", ":i", Immediates.Memory),
        new(Opcode.MemoryGrow, "memory.grow", "i:i", Immediates.Memory),
        new(Opcode.I32Const, "i32.const", ":i", Immediates.I32),
        new(Opcode.I64Const, "i64.const", ":I", Immediates.I64),
        new(Opcode.F32Const, "f32.const", ":f", Immediates.F32),
        new(Opcode.F64Const, "f64.const", ":F", Immediates.F64),
        new(Opcode.I32Eqz, "i32.eqz", "i:i"),
        new(Opcode.I32Eq, "i32.eq", "ii:i"),
        new(Opcode.I32Ne, "i32.ne", "ii:i"),
        new(Opcode.I32LtS, "i32.lt_s", "ii:i"),
        new(Opcode.I32LtU, "i32.lt_u", "ii:i"),
        new(Opcode.I32GtS, "i32.gt_s", "ii:i"),
        new(Opcode.I32GtU, "i32.gt_u", "ii:i"),
        new(Opcode.I32LeS, "i32.le_s", "ii:i"),
        new(Opcode.I32LeU, "i32.le_u", "ii:i"),
        new(Opcode.I32GeS, "i32.ge_s", "ii:i"),
        new(Opcode.I32GeU, "i32.ge_u", "ii:i"),
        new(Opcode.I64Eqz, "i64.eqz", "I:i"),
        new(Opcode.I64Eq, "i64.eq", "II:i"),
        new(Opcode.I64Ne, "i64.ne", "II:i"),
        new(Opcode.I64LtS, "i64.lt_s", "II:i"),
        new(Opcode.I64LtU, "i64.lt_u", "II:i"),
        new(Opcode.I64GtS, "i64.gt_s", "II:i"),
        new(Opcode.I64GtU, "i64.gt_u", "II:i"),
        new(Opcode.I64LeS, "i64.le_s", "II:i"),
        new(Opcode.I64LeU, "i64.le_u", "II:i"),
        new(Opcode.I64GeS, "i64.ge_s", "II:i"),
        new(Opcode.I64GeU, "i64.ge_u", "II:i"),
        new(Opcode.F32Eq, "f32.eq", "ff:i"),
        new(Opcode.F32Ne, "f32.ne", "ff:i"),
        new(Opcode.F32Lt, "f32.lt", "ff:i"),
        new(Opcode.F32Gt, "f32.gt", "ff:i"),
        new(Opcode.F32Le, "f32.le", "ff:i"),
        new(Opcode.F32Ge, "f32.ge", "ff:i"),
        new(Opcode.F64Eq, "f64.eq", "FF:i"),
        new(Opcode.F64Ne, "f64.ne", "FF:i"),
        new(Opcode.F64Lt, "f64.lt", "FF:i"),
        new(Opcode.F64Gt, "f64.gt", "FF:i"),
        new(Opcode.F64Le, "f64.le", "FF:i"),
        new(Opcode.F64Ge, "f64.ge", "FF:i"),
        new(Opcode.I32Clz, "i32.clz", "i:i"),
        new(Opcode.I32Ctz, "i32.ctz", "i:i"),
        new(Opcode.I32Popcnt, "i32.popcnt", "i:i"),
        new(Opcode.I32Add, "i32.add", "ii:i"),
        new(Opcode.I32Sub, "i32.sub", "ii:i"),
        new(Opcode.I32Mul, "i32.mul", "ii:i"),
        new(Opcode.I32DivS, "i32.div_s", "ii:i", traps: Traps.DivideByZero | Traps.Overflow),
        new(Opcode.I32DivU, "i32.div_u", "ii:i", traps: Traps.DivideByZero),
        new(Opcode.I32RemS, "i32.rem_s", "ii:i", traps: Traps.DivideByZero),
        new(Opcode.I32RemU, "i32.rem_u", "ii:i", traps: Traps.DivideByZero),
        new(Opcode.I32And, "i32.and", "ii:i"),
        new(Opcode.I32Or, "i32.or", "ii:i"),
        new(Opcode.I32Xor, "i32.xor", "ii:i"),
        new(Opcode.I32Shl, "i32.shl", "ii:i"),
        new(Opcode.I32ShrS, "i32.shr_s", "ii:i"),
        new(Opcode.I32ShrU, "i32.shr_u", "ii:i"),
        new(Opcode.I32Rotl, "i32.rotl", "ii:i"),
        new(Opcode.I32Rotr, "i32.rotr", "ii:i"),
        new(Opcode.I64Clz, "i64.clz", "I:I"),
        new(Opcode.I64Ctz, "i64.ctz", "I:I"),
        new(Opcode.I64Popcnt, "i64.popcnt", "I:I"),
        new(Opcode.I64Add, "i64.add", "II:I"),
        new(Opcode.I64Sub, "i64.sub", "II:I"),
        new(Opcode.I64Mul, "i64.mul", "II:I"),
        new(Opcode.I64DivS, "i64.div_s", "II:I", traps: Traps.DivideByZero | Traps.Overflow),
        new(Opcode.I64DivU, "i64.div_u", "II:I", traps: Traps.DivideByZero),
        new(Opcode.I64RemS, "i64.rem_s", "II:I", traps: Traps.DivideByZero),
        new(Opcode.I64RemU, "i64.rem_u", "II:I", traps: Traps.DivideByZero),
        new(Opcode.I64And, "i64.and", "II:I"),
        new(Opcode.I64Or, "i64.or", "II:I"),
        new(Opcode.I64Xor, "i64.xor", "II:I"),
        new(Opcode.I64Shl, "i64.shl", "II:I"),
        new(Opcode.I64ShrS, "i64.shr_s", "II:I"),
        new(Opcode.I64ShrU, "i64.shr_u", "II:I"),
        new(Opcode.I64Rotl, "i64.rotl", "II:I"),
        new(Opcode.I64Rotr, "i64.rotr", "II:I"),
        new(Opcode.F32Abs, "f32.abs", "f:f"),
        new(Opcode.F32Neg, "f32.neg", "f:f"),
        new(Opcode.F32Ceil, "f32.ceil", "f:f"),
        new(Opcode.F32Floor, "f32.floor", "f:f"),
        new(Opcode.F32Trunc, "f32.trunc", "f:f"),
        new(Opcode.F32Nearest, "f32.nearest", "f:f"),
        new(Opcode.F32Sqrt, "f32.sqrt", "f:f"),
        new(Opcode.F32Add, "f32.add", "ff:f"),
        new(Opcode.F32Sub, "f32.sub", "ff:f"),
        new(Opcode.F32Mul, "f32.mul", "ff:f"),
        new(Opcode.F32Div, "f32.div", "ff:f"),
        new(Opcode.F32Min, "f32.min", "ff:f"),
        new(Opcode.F32Max, "f32.max", "ff:f"),
        new(Opcode.F32Copysign, "f32.copysign", "ff:f"),
        new(Opcode.F64Abs, "f64.abs", "F:F"),
        new(Opcode.F64Neg, "f64.neg", "F:F"),
        new(Opcode.F64Ceil, "f64.ceil", "F:F"),
        new(Opcode.F64Floor, "f64.floor", "F:F"),
        new(Opcode.F64Trunc, "f64.trunc", "F:F"),
        new(Opcode.F64Nearest, "f64.nearest", "F:F"),
        new(Opcode.F64Sqrt, "f64.sqrt", "F:F"),
        new(Opcode.F64Add, "f64.add", "FF:F"),
        new(Opcode.F64Sub, "f64.sub", "FF:F"),
        new(Opcode.F64Mul, "f64.mul", "FF:F"),
        new(Opcode.F64Div, "f64.div", "FF:F"),
        new(Opcode.F64Min, "f64.min", "FF:F"),
        new(Opcode.F64Max, "f64.max", "FF:F"),
        new(Opcode.F64Copysign, "f64.copysign", "FF:F"),
        new(Opcode.I32WrapI64, "i32.wrap_i64", "I:i"),
        new(Opcode.I32TruncF32S, "i32.trunc_f32_s", "f:i", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I32TruncF32U, "i32.trunc_f32_u", "f:i", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I32TruncF64S, "i32.trunc_f64_s", "F:i", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I32TruncF64U, "i32.trunc_f64_u", "F:i", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I64ExtendI32S, "i64.extend_i32_s", "i:I"),
        new(Opcode.I64ExtendI32U, "i64.extend_i32_u", "i:I"),
        new(Opcode.I64TruncF32S, "i64.trunc_f32_s", "f:I", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I64TruncF32U, "i64.trunc_f32_u", "f:I", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I64TruncF64S, "i64.trunc_f64_s", "F:I", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.I64TruncF64U, "i64.trunc_f64_u", "F:I", traps: Traps.Overflow | Traps.Conversion),
        new(Opcode.F32ConvertI32S, "f32.convert_i32_s", "i:f"),
        new(Opcode.F32ConvertI32U, "f32.convert_i32_u", "i:f"),
        new(Opcode.F32ConvertI64S, "f32.convert_i64_s", "I:f"),
        new(Opcode.F32ConvertI64U, "f32.convert_i64_u", "I:f"),
        new(Opcode.F32DemoteF64, "f32.demote_f64", "F:f"),
        new(Opcode.F64ConvertI32S, "f64.convert_i32_s", "i:F"),
        new(Opcode.F64ConvertI32U, "f64.convert_i32_u", "i:F"),
        new(Opcode.F64ConvertI64S, "f64.convert_i64_s", "I:F"),
        new(Opcode.F64ConvertI64U, "f64.convert_i64_u", "I:F"),
        new(Opcode.F64PromoteF32, "f64.promote_f32", "f:F"),
        new(Opcode.I32ReinterpretF32, "i32.reinterpret_f32", "f:i"),
        new(Opcode.I64ReinterpretF64, "i64.reinterpret_f64", "F:I"),
        new(Opcode.F32ReinterpretI32, "f32.reinterpret_i32", "i:f"),
        new(Opcode.F64ReinterpretI64, "f64.reinterpret_i64", "I:F"),
        new(Opcode.I32Extend8S, "i32.extend8_s", "i:i"),
        new(Opcode.I32Extend16S, "i32.extend16_s", "i:i"),
        new(Opcode.I64Extend8S, "i64.extend8_s", "I:I"),
        new(Opcode.I64Extend16S, "i64.extend16_s", "I:I"),
        new(Opcode.I64Extend32S, "i64.extend32_s", "I:I"),
        new(Opcode.RefNull, "ref.null", null, Immediates.ReferenceType),
        new(Opcode.RefIsNull, "ref.is_null", null),
        new(Opcode.RefFunc, "ref.func", null, Immediates.Function),
        new(Opcode.I32TruncSatF32S, "i32.trunc_sat_f32_s", "f:i"),
        new(Opcode.I32TruncSatF32U, "i32.trunc_sat_f32_u", "f:i"),
        new(Opcode.I32TruncSatF64S, "i32.trunc_sat_f64_s", "F:i"),
        new(Opcode.I32TruncSatF64U, "i32.trunc_sat_f64_u", "F:i"),
        new(Opcode.I64TruncSatF32S, "i64.trunc_sat_f32_s", "f:I"),
        new(Opcode.I64TruncSatF32U, "i64.trunc_sat_f32_u", "f:I"),
        new(Opcode.I64TruncSatF64S, "i64.trunc_sat_f64_s", "F:I"),
        new(Opcode.I64TruncSatF64U, "i64.trunc_sat_f64_u", "F:I"),
        new(Opcode.MemoryInit, "memory.init", "iii:", Immediates.DataAndMemory, Traps.MemoryBounds),
        new(Opcode.DataDrop, "data.drop", ":", Immediates.Data),
        new(Opcode.MemoryCopy, "memory.copy", "iii:", Immediates.MemoryPair, Traps.MemoryBounds),
        new(Opcode.MemoryFill, "memory.fill", "iii:", Immediates.Memory, Traps.MemoryBounds),
        new(Opcode.TableInit, "table.init", "iii:", Immediates.ElementAndTable, Traps.TableBounds),
        new(Opcode.ElemDrop, "elem.drop", ":", Immediates.Element),
        new(Opcode.TableCopy, "table.copy", "iii:", Immediates.TablePair, Traps.TableBounds),
        new(Opcode.TableGrow, "table.grow", null, Immediates.Table),
        new(Opcode.TableSize, "table.size", ":i", Immediates.Table),
        new(Opcode.TableFill, "table.fill", null, Immediates.Table, Traps.TableBounds),
    ];

    private static readonly OpcodeInfo?[] OneByte = Index(prefix: 0);
    private static readonly OpcodeInfo?[] AfterPrefix = Index(prefix: 0xFC);

    /// <summary>The row of an opcode.</summary>
    public static OpcodeInfo Get(Opcode opcode) =>
        Find(opcode) ?? throw new ArgumentException($"{(int)opcode:X} is no opcode", nameof(opcode));

    /// <summary>The row of an opcode as it was read, or null when there is none.</summary>
    public static OpcodeInfo? Find(Opcode opcode) => ((int)opcode >> 8) switch
    {
        0 => OneByte[(int)opcode],
        0xFC => AfterPrefix[(int)opcode & 0xFF],
        _ => null,
    };

    private static OpcodeInfo?[] Index(int prefix)
    {
        var index = new OpcodeInfo?[256];
        foreach (var row in Rows)
        {
            if ((int)row.Opcode >> 8 == prefix) index[(int)row.Opcode & 0xFF] = row;
        }

        return index;
    }
}
