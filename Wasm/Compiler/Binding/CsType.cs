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
    public abstract ImmutableArray<WasmType> Shape { get; }
}

internal sealed record VoidType : CsType
{
    public override ImmutableArray<WasmType> Shape => [];
}

/// <summary>A number, bool or char; an enum is its underlying type.</summary>
/// <remarks>What is narrower than 32 bits is kept in an i32, extended by its own sign.</remarks>
internal sealed record ScalarType(FogKind Kind) : CsType
{
    public WasmType Wasm => new FogType(Kind).WasmType;

    public override ImmutableArray<WasmType> Shape => [Wasm];

    public int Bytes => new FogType(Kind).ElementBytes;

    public bool IsFloat => Kind is FogKind.F32 or FogKind.F64;

    public bool IsSigned => Kind is FogKind.I8 or FogKind.I16 or FogKind.I32 or FogKind.I64;

    /// <summary>Narrower than the i32 that holds it.</summary>
    public bool IsSmall => Bytes < 4;
}

/// <summary>A one-dimensional array, a span or a string: all are an address and a length.</summary>
internal sealed record ArrayType(ScalarType Element) : CsType
{
    public override ImmutableArray<WasmType> Shape => [WasmType.I32, WasmType.I32];

    public int ElementShift => System.Numerics.BitOperations.Log2((uint)Element.Bytes);
}

/// <summary>A tuple or a struct.</summary>
internal sealed record TupleType(ImmutableArray<CsType> Elements) : CsType
{
    public override ImmutableArray<WasmType> Shape => [.. Elements.SelectMany(e => e.Shape)];

    public bool Equals(TupleType? other) => other is not null && Elements.SequenceEqual(other.Elements);

    public override int GetHashCode() => Elements.Length;

    /// <summary>Where element <paramref name="index"/> starts in <see cref="Shape"/>.</summary>
    public int OffsetOf(int index) => Elements.Take(index).Sum(e => e.Shape.Length);
}
