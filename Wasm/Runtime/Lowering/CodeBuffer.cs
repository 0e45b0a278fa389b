using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>The code of an image under construction, with its trap map.</summary>
internal sealed class CodeBuffer
{
    private readonly List<ushort> cells = [];
    private readonly List<byte> trapMap = [];
    private int mappedCell;
    private int mappedOffset;

    public int Length => cells.Count;

    public IReadOnlyList<ushort> Cells => cells;

    public IReadOnlyList<byte> TrapMap => trapMap;

    public void Emit(DeviceOp op, params ReadOnlySpan<int> operands)
    {
        cells.Add((ushort)op);
        foreach (var operand in operands) Cell(operand);
    }

    /// <summary>One cell; a register, index or count always fits, an immediate is cut to its low half.</summary>
    public void Cell(int value) => cells.Add((ushort)value);

    public void Target(Label label)
    {
        label.Uses.Add(cells.Count);
        cells.Add(0);
        cells.Add(0);
    }

    public int this[int cell]
    {
        get => cells[cell];
        set => cells[cell] = (ushort)value;
    }

    /// <summary>The label stands for the next cell.</summary>
    public void Bind(Label label) => label.Cell = cells.Count;

    /// <summary>Writes the label's cell wherever it is used.</summary>
    public void Resolve(Label label)
    {
        foreach (var use in label.Uses)
        {
            cells[use] = (ushort)label.Cell;
            cells[use + 1] = (ushort)(label.Cell >> 16);
        }
    }

    /// <summary>A trap at the next cell belongs to this byte of the module.</summary>
    public void MapTrap(int moduleOffset)
    {
        Varint((uint)(cells.Count - mappedCell));
        var step = moduleOffset - mappedOffset;
        Varint((uint)((step << 1) ^ (step >> 31)));
        (mappedCell, mappedOffset) = (cells.Count, moduleOffset);
    }

    private void Varint(uint value)
    {
        for (; value >= 0x80; value >>= 7) trapMap.Add((byte)(value | 0x80));
        trapMap.Add((byte)value);
    }
}

/// <summary>A place in the code that branches name before or after it is known.</summary>
internal sealed class Label
{
    public int Cell { get; set; } = -1;

    public List<int> Uses { get; } = [];
}
