using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>The code of an image under construction, in cells of 64 bits, with its trap map.</summary>
internal sealed class CodeBuffer
{
    private readonly List<long> cells = [];
    private readonly List<byte> trapMap = [];

    // Where the instructions begin, in order.
    private readonly List<int> instructions = [];
    private int mappedCell;
    private int mappedOffset;

    public int Length => cells.Count;

    public IReadOnlyList<long> Cells => cells;

    public IReadOnlyList<byte> TrapMap => trapMap;

    /// <summary>An instruction with up to three fields; of a negative one the low 16 bits.</summary>
    public void Emit(DeviceOp op, int a = 0, int b = 0, int c = 0)
    {
        instructions.Add(cells.Count);
        cells.Add(Pack((ushort)op, a, b, c));
    }

    /// <summary>An instruction with one field and 32 bits.</summary>
    public void EmitWide(DeviceOp op, int a, int bits) => Emit(op, a, bits, bits >> 16);

    /// <summary>Whether the instruction emitted last is this one, and of one cell.</summary>
    public bool IsLast(DeviceOp op) => EndsWith(op, 1);

    /// <summary>Whether the last two instructions are these, each of one cell.</summary>
    public bool AreLast(DeviceOp former, DeviceOp last) => EndsWith(last, 1) && EndsWith(former, 2);

    /// <summary>
    /// The destination of the instruction that ends at a cell, if it is this one, with these fields behind the destination and
    /// this second cell; else -1.
    /// </summary>
    public int DestinationOf(int end, DeviceOp op, int b, int c, long? second = null)
    {
        var start = end - (second is null ? 1 : 2);
        var isSame = start >= 0 && instructions.BinarySearch(start) >= 0
            && Op(start) == op && Field(start, 2) == (ushort)b && Field(start, 3) == (ushort)c && (second is null || cells[start + 1] == second);
        return isSame ? Field(start, 1) : -1;
    }

    /// <summary>Where the instructions from a cell on begin.</summary>
    public int[] From(int cell)
    {
        var first = instructions.BinarySearch(cell);
        return [.. instructions[(first < 0 ? ~first : first)..]];
    }

    /// <summary>Makes two instructions one from a cell on, wherever one stands for them; the second stays where it is.</summary>
    public void JoinPairs(int cell)
    {
        var at = From(cell);
        for (var i = 0; i + 1 < at.Length; i++)
        {
            if (DeviceOps.Pair(Op(at[i]), Op(at[i + 1])) is not { } pair) continue;
            SetField(at[i], 0, (int)pair);
            i++;
        }
    }

    /// <summary>A whole cell.</summary>
    public long At(int cell) => cells[cell];

    /// <summary>A further cell.</summary>
    public void Cell(long value) => cells.Add(value);

    public void Cell(int a, int b, int c = 0, int d = 0) => cells.Add(Pack(a, b, c, d));

    /// <summary>Field 0 (the opcode) to 3 of a cell.</summary>
    public int Field(int cell, int field) => (ushort)(cells[cell] >> (16 * field));

    public DeviceOp Op(int cell) => (DeviceOp)Field(cell, 0);

    public void SetField(int cell, int field, int value)
    {
        var shift = 16 * field;
        cells[cell] = (cells[cell] & ~(0xFFFFL << shift)) | ((long)(ushort)value << shift);
    }

    /// <summary>Takes the last cells back.</summary>
    public void Truncate(int length)
    {
        cells.RemoveRange(length, cells.Count - length);
        while (instructions.Count > 0 && instructions[^1] >= length) instructions.RemoveAt(instructions.Count - 1);
    }

    /// <summary>Whether a trap is mapped to this cell or a later one.</summary>
    public bool IsMapped(int cell) => trapMap.Count > 0 && mappedCell >= cell;

    /// <summary>Takes the last instruction back, from its first cell; <see cref="Put"/> emits it again.</summary>
    public long[] Take(int cell)
    {
        long[] taken = [.. cells[cell..]];
        Truncate(cell);
        return taken;
    }

    public void Put(long[] instruction)
    {
        instructions.Add(cells.Count);
        cells.AddRange(instruction);
    }

    public State Save() => new(cells.Count, trapMap.Count, mappedCell, mappedOffset);

    public void Restore(State state)
    {
        Truncate(state.Cells);
        trapMap.RemoveRange(state.TrapMap, trapMap.Count - state.TrapMap);
        (mappedCell, mappedOffset) = (state.MappedCell, state.MappedOffset);
    }

    /// <summary>The branch emitted last goes to the label; its distance is the last field of its cell.</summary>
    public void ShortTarget(Label label) => label.Uses.Add(new(cells.Count - 1, 48, 16, cells.Count));

    /// <summary>The branch emitted last goes to the label; its distance is the upper half of its cell.</summary>
    public void LongTarget(Label label) => label.Uses.Add(new(cells.Count - 1, 32, 32, cells.Count));

    /// <summary>The next cell is the distance to the label, from itself.</summary>
    public void CellTarget(Label label)
    {
        label.Uses.Add(new(cells.Count, 0, 64, cells.Count));
        cells.Add(0);
    }

    /// <summary>Half a cell is the distance to the label, from a cell.</summary>
    public void HalfTarget(Label label, int cell, bool high, int from) => label.Uses.Add(new(cell, high ? 32 : 0, 32, from));

    /// <summary>The label stands for the next cell.</summary>
    public void Bind(Label label) => label.Cell = cells.Count;

    /// <summary>Writes the distance to the label wherever it is used; false when one does not fit.</summary>
    public bool Resolve(Label label)
    {
        foreach (var use in label.Uses)
        {
            long distance = label.Cell - use.From;
            if (use.Bits == 16 && distance != (short)distance) return false;
            var mask = use.Bits == 64 ? -1L : ((1L << use.Bits) - 1) << use.Shift;
            cells[use.Cell] = (cells[use.Cell] & ~mask) | ((distance << use.Shift) & mask);
        }

        return true;
    }

    /// <summary>A trap at the next cell belongs to this byte of the module.</summary>
    public void MapTrap(int moduleOffset) => MapTrap(cells.Count, moduleOffset);

    /// <summary>A trap at a cell not before any mapped so far belongs to this byte of the module.</summary>
    public void MapTrap(int cell, int moduleOffset)
    {
        Varint((uint)(cell - mappedCell));
        var step = moduleOffset - mappedOffset;
        Varint((uint)((step << 1) ^ (step >> 31)));
        (mappedCell, mappedOffset) = (cell, moduleOffset);
    }

    private bool EndsWith(DeviceOp op, int place) =>
        instructions.Count >= place && instructions[^place] == cells.Count - place && Op(instructions[^place]) == op;

    private static long Pack(int a, int b, int c, int d) =>
        (ushort)a | ((long)(ushort)b << 16) | ((long)(ushort)c << 32) | ((long)(ushort)d << 48);

    private void Varint(uint value)
    {
        for (; value >= 0x80; value >>= 7) trapMap.Add((byte)(value | 0x80));
        trapMap.Add((byte)value);
    }

    public readonly record struct State(int Cells, int TrapMap, int MappedCell, int MappedOffset);
}

/// <summary>A place in the code that branches name before or after it is known.</summary>
internal sealed class Label
{
    public int Cell { get; set; } = -1;

    public List<Use> Uses { get; } = [];

    /// <summary>Bits of a cell that take the distance, counted from another cell.</summary>
    public readonly record struct Use(int Cell, int Shift, int Bits, int From);
}
