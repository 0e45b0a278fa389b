using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>
/// A module as its sections list it; order inside each list is index order. Imports come before the module's own
/// definitions in every index space. Nothing here is validated.
/// </summary>
public sealed record Module
{
    public ImmutableArray<FunctionType> Types { get; init; } = [];

    public ImmutableArray<Import> Imports { get; init; } = [];

    public ImmutableArray<Function> Functions { get; init; } = [];

    public ImmutableArray<TableType> Tables { get; init; } = [];

    public ImmutableArray<MemoryType> Memories { get; init; } = [];

    public ImmutableArray<Global> Globals { get; init; } = [];

    public ImmutableArray<Export> Exports { get; init; } = [];

    /// <summary>Index of the function that runs at instantiation.</summary>
    public int? Start { get; init; }

    public ImmutableArray<ElementSegment> Elements { get; init; } = [];

    public ImmutableArray<DataSegment> Data { get; init; } = [];

    /// <summary>Custom sections in file order; the writer puts them all at the end.</summary>
    public ImmutableArray<CustomSection> CustomSections { get; init; } = [];
}

/// <summary>Bounds of a memory (in pages of 64 KiB) or a table (in elements).</summary>
public readonly record struct Limits(uint Min, uint? Max = null);

public readonly record struct TableType(WasmType Element, Limits Limits);

public readonly record struct MemoryType(Limits Limits);

public readonly record struct GlobalType(WasmType Type, bool IsMutable);

public enum ExternalKind : byte
{
    Function = 0,
    Table = 1,
    Memory = 2,
    Global = 3,
}

/// <summary>
/// An import. Of the last four members the one that <paramref name="Kind"/> names is meant.
/// </summary>
public sealed record Import(
    string Module, string Name, ExternalKind Kind, int TypeIndex = 0, TableType Table = default, MemoryType Memory = default, GlobalType Global = default);

public sealed record Export(string Name, ExternalKind Kind, int Index);

/// <summary>A function of the module's own.</summary>
/// <param name="TypeIndex">Its type in the type section.</param>
/// <param name="Locals">Declared locals one by one, parameters not included.</param>
/// <param name="Body">Instructions, the closing <c>end</c> included.</param>
public sealed record Function(int TypeIndex, ImmutableArray<WasmType> Locals, ImmutableArray<Instruction> Body);

/// <param name="Init">Constant expression, the closing <c>end</c> included.</param>
public sealed record Global(GlobalType Type, ImmutableArray<Instruction> Init);

public enum SegmentMode : byte
{
    /// <summary>Copied at instantiation.</summary>
    Active,

    /// <summary>Copied by memory.init or table.init.</summary>
    Passive,

    /// <summary>Only declares functions that ref.func may name.</summary>
    Declarative,
}

/// <param name="Items">Function indices, or -1 for a null reference.</param>
/// <param name="Expressions">The items as constant expressions where the segment was written so; otherwise default.</param>
/// <param name="OffsetExpression">Active only: constant expression with its <c>end</c>.</param>
public sealed record ElementSegment(
    SegmentMode Mode,
    int Table,
    WasmType Type,
    ImmutableArray<int> Items,
    ImmutableArray<Instruction> OffsetExpression = default,
    ImmutableArray<ImmutableArray<Instruction>> Expressions = default);

/// <param name="OffsetExpression">Active only: constant expression with its <c>end</c>.</param>
public sealed record DataSegment(SegmentMode Mode, ImmutableArray<byte> Bytes, ImmutableArray<Instruction> OffsetExpression = default);

public sealed record CustomSection(string Name, ImmutableArray<byte> Bytes);
