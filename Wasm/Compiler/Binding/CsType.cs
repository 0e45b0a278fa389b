using System.Collections.Immutable;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>A C# type that functions may use. Equality is structural.</summary>
internal abstract record CsType
{
    public static readonly CsType Void = new VoidType();
    public static readonly ScalarType Bool = new(FogKind.Bool);
    public static readonly ScalarType I32 = new(FogKind.I32);
    public static readonly ScalarType U32 = new(FogKind.U32);
    public static readonly ScalarType I64 = new(FogKind.I64);
    public static readonly ScalarType U64 = new(FogKind.U64);
    public static readonly ScalarType F32 = new(FogKind.F32);
    public static readonly ScalarType F64 = new(FogKind.F64);

    /// <summary>
    /// The wasm values that make up one value of the type: an array is its address and its length, a tuple its
    /// elements one after the other.
    /// </summary>
    public ImmutableArray<WasmType> Shape => [.. Leaves.Select(l => l.Wasm)];

    /// <summary>The numbers that make up one value, as they lie in memory one after the other.</summary>
    public abstract ImmutableArray<ScalarType> Leaves { get; }

    /// <summary>Holds an array or a string, whose default value is null.</summary>
    public abstract bool HasReference { get; }
}

internal sealed record VoidType : CsType
{
    public override ImmutableArray<ScalarType> Leaves => [];

    public override bool HasReference => false;
}

/// <summary>A number, bool or char; an enum is its underlying type.</summary>
/// <remarks>What is narrower than 32 bits is kept in an i32, extended by its own sign.</remarks>
internal sealed record ScalarType(FogKind Kind) : CsType
{
    public WasmType Wasm => new FogType(Kind).WasmType;

    public override ImmutableArray<ScalarType> Leaves => [this];

    public override bool HasReference => false;

    public int Bytes => new FogType(Kind).ElementBytes;

    public bool IsFloat => Kind is FogKind.F32 or FogKind.F64;

    public bool IsSigned => Kind is FogKind.I8 or FogKind.I16 or FogKind.I32 or FogKind.I64;

    /// <summary>Narrower than the i32 that holds it.</summary>
    public bool IsSmall => Bytes < 4;
}

/// <summary>A one-dimensional array, a span or a string: all are an address and a length. Null is address 0.</summary>
internal sealed record ArrayType(CsType Element) : CsType
{
    public override ImmutableArray<ScalarType> Leaves => [U32, I32];

    public override bool HasReference => true;

    /// <summary>Of an element in memory.</summary>
    public MemoryLayout Layout => MemoryLayout.Of(Element);
}

/// <summary>A tuple or a struct.</summary>
internal sealed record TupleType(ImmutableArray<CsType> Elements) : CsType
{
    public override ImmutableArray<ScalarType> Leaves => [.. Elements.SelectMany(e => e.Leaves)];

    public override bool HasReference => Elements.Any(e => e.HasReference);

    public bool Equals(TupleType? other) => other is not null && Elements.SequenceEqual(other.Elements);

    public override int GetHashCode() => Elements.Length;

    /// <summary>Where element <paramref name="index"/> starts in <see cref="CsType.Shape"/>.</summary>
    public int OffsetOf(int index) => Elements.Take(index).Sum(e => e.Leaves.Length);
}

/// <summary>How a value lies in memory: every number at a multiple of its size.</summary>
/// <param name="Offsets">Of each leaf, in bytes.</param>
/// <param name="Bytes">From one element of an array to the next.</param>
internal sealed record MemoryLayout(ImmutableArray<ScalarType> Leaves, ImmutableArray<int> Offsets, int Bytes)
{
    public static MemoryLayout Of(CsType type)
    {
        var leaves = type.Leaves;
        var offsets = ImmutableArray.CreateBuilder<int>(leaves.Length);
        var end = 0;
        var alignment = 1;
        foreach (var leaf in leaves)
        {
            end = (end + leaf.Bytes - 1) & -leaf.Bytes;
            offsets.Add(end);
            end += leaf.Bytes;
            alignment = System.Math.Max(alignment, leaf.Bytes);
        }

        // An empty struct takes a byte, as on .NET.
        return new(leaves, offsets.MoveToImmutable(), System.Math.Max(1, (end + alignment - 1) & -alignment));
    }
}
