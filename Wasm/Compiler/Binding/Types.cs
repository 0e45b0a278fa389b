using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Roslyn's types as ours.</summary>
internal static class Types
{
    /// <summary>Null when functions cannot use the type.</summary>
    public static CsType? Of(ITypeSymbol? type) => Of(type, DepthMax);

    // A struct may hold an array of itself, and so on for ever.
    private const int DepthMax = 8;

    private static CsType? Of(ITypeSymbol? type, int depth) => type switch
    {
        _ when depth == 0 => null,
        { SpecialType: SpecialType.System_Void } => CsType.Void,
        { SpecialType: SpecialType.System_String } => new ArrayType(new ScalarType(FogKind.Char)),
        IArrayTypeSymbol { Rank: 1 } array => Of(array.ElementType, depth - 1) is { } element ? new ArrayType(element) : null,
        INamedTypeSymbol { IsTupleType: true } tuple => OfTuple(tuple, depth - 1),
        INamedTypeSymbol { TypeKind: TypeKind.Struct, IsGenericType: false, DeclaringSyntaxReferences.Length: > 0 } named => OfStruct(named, depth - 1),
        _ when IsSpan(type) => Of(((INamedTypeSymbol)type!).TypeArguments[0], depth - 1) is { } element ? new ArrayType(element) : null,
        _ => Scalar(type),
    };

    public static bool IsSpan(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true }, TypeArguments.Length: 1 };

    public static ScalarType? Scalar(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Enum } named) type = named.EnumUnderlyingType;
        FogKind? kind = type?.SpecialType switch
        {
            SpecialType.System_Boolean => FogKind.Bool,
            SpecialType.System_SByte => FogKind.I8,
            SpecialType.System_Byte => FogKind.U8,
            SpecialType.System_Int16 => FogKind.I16,
            SpecialType.System_UInt16 => FogKind.U16,
            SpecialType.System_Char => FogKind.Char,
            SpecialType.System_Int32 => FogKind.I32,
            SpecialType.System_UInt32 => FogKind.U32,
            SpecialType.System_Int64 or SpecialType.System_IntPtr => FogKind.I64,
            SpecialType.System_UInt64 or SpecialType.System_UIntPtr => FogKind.U64,
            SpecialType.System_Single => FogKind.F32,
            SpecialType.System_Double => FogKind.F64,
            _ => null,
        };
        return kind is { } found ? new ScalarType(found) : null;
    }

    /// <summary>What may cross the boundary of a fog function; null for what may not.</summary>
    public static FogType? AtTheBoundary(ITypeSymbol type) => (Of(type), type) switch
    {
        (VoidType, _) => new FogType(FogKind.Void),
        (ScalarType scalar, _) when !IsNative(type) => new FogType(scalar.Kind),
        (ArrayType, { SpecialType: SpecialType.System_String }) => new FogType(FogKind.String),
        (ArrayType { Element: ScalarType element }, IArrayTypeSymbol array) when !IsNative(array.ElementType) => new FogType(element.Kind, IsArray: true),
        _ => null,
    };

    // 64 bits wide here, as on the .NET that a function is compared with.
    private static bool IsNative(ITypeSymbol type) => type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    /// <summary>The fields that make up a value, in order.</summary>
    public static List<IFieldSymbol> FieldsOf(INamedTypeSymbol type) => [.. type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic)];

    // How a struct is laid out cannot be seen without unsafe code, unless it says that fields share bytes.
    private static TupleType? OfStruct(INamedTypeSymbol type, int depth)
    {
        if (type.GetAttributes().Any(a => a.AttributeClass?.Name is "StructLayoutAttribute" or "InlineArrayAttribute")) return null;
        var fields = FieldsOf(type).Select(f => f.IsFixedSizeBuffer || f.RefKind != RefKind.None ? null : Of(f.Type, depth)).ToList();
        return fields.Contains(null) ? null : new TupleType([.. fields!]);
    }

    private static TupleType? OfTuple(INamedTypeSymbol tuple, int depth)
    {
        var elements = tuple.TupleElements.Select(e => Of(e.Type, depth)).ToList();
        return elements.Contains(null) ? null : new TupleType([.. elements!]);
    }
}
