using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>One instruction with its immediates.</summary>
/// <param name="Opcode">What it does.</param>
/// <param name="Immediate">
/// The first immediate: an index, a label depth, the offset of a memory access, the bits of a constant
/// (i32 zero-extended), the code of a block type, the byte of a reference type.
/// </param>
/// <param name="Second">
/// The second immediate: log2 of the alignment of a memory access, the default label of br_table, the table of
/// call_indirect and table.init, the source table of table.copy.
/// </param>
/// <param name="List">Labels of br_table, or type bytes of a typed select; otherwise default.</param>
/// <param name="Offset">Byte offset of the opcode in the module it was read from; 0 in a module being built.</param>
public readonly record struct Instruction(
    Opcode Opcode, ulong Immediate = 0, uint Second = 0, ImmutableArray<uint> List = default, int Offset = 0)
{
    public static implicit operator Instruction(Opcode opcode) => new(opcode);

    public static Instruction I32Const(int value) => new(Opcode.I32Const, (uint)value);

    public static Instruction I64Const(long value) => new(Opcode.I64Const, (ulong)value);

    public static Instruction F32ConstBits(uint bits) => new(Opcode.F32Const, bits);

    public static Instruction F64Const(double value) => new(Opcode.F64Const, (ulong)BitConverter.DoubleToInt64Bits(value));

    public static Instruction F32Const(float value) => F32ConstBits(BitConverter.ToUInt32(BitConverter.GetBytes(value), 0));

    /// <summary>An instruction with one index or label: local, global, call, br, br_if, table, segment.</summary>
    public static Instruction WithIndex(Opcode opcode, int index) => new(opcode, (ulong)index);

    /// <summary>block, loop or if.</summary>
    public static Instruction WithBlock(Opcode opcode, BlockType type) => new(opcode, (ulong)type.Code);

    /// <summary>A load or store at its natural alignment.</summary>
    public static Instruction Access(Opcode opcode, uint offset = 0)
    {
        uint align = OpcodeTable.Get(opcode).AccessBytes switch { 1 => 0, 2 => 1, 4 => 2, 8 => 3, _ => throw new ArgumentException($"{opcode} is no memory access") };
        return new(opcode, offset, align);
    }

    public static Instruction CallIndirect(int typeIndex, int table = 0) => new(Opcode.CallIndirect, (ulong)typeIndex, (uint)table);

    public static Instruction BrTable(ImmutableArray<uint> labels, uint defaultLabel) => new(Opcode.BrTable, 0, defaultLabel, labels);

    public int Index => (int)Immediate;

    public BlockType BlockType => new((long)Immediate);

    public override string ToString() => $"{OpcodeTable.Get(Opcode).Mnemonic} {Immediate} {Second} @{Offset}";
}
