using Fog.Wasm.Compiler.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Wasm.Generator;

/// <summary>How a typed call of a function looks.</summary>
/// <param name="Namespace">Of the class that declares it; empty for the global one.</param>
/// <param name="Class">Its name, after those of the classes around it.</param>
/// <param name="Cref">Of the method, for documentation.</param>
internal sealed record CallShape(string Namespace, string Class, string Method, string Cref, bool IsPublic, EquatableArray<CallParameter> Parameters, CallType Result)
{
    public static CallShape Of(IMethodSymbol method)
    {
        var types = method.Parameters.Select(p => p.Type).Append(method.ReturnType);
        return new(
            method.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() : "",
            string.Concat(Around(method.ContainingType).Reverse().Select(t => t.Name)),
            method.Name,
            method.GetDocumentationCommentId() ?? "",
            Around(method.ContainingType).Concat(types.SelectMany(Named)).All(t => t.DeclaredAccessibility == Accessibility.Public),
            new([.. method.Parameters.Where(p => StateKey.Of(p) is null).Select(p => new CallParameter(p.Name, CallType.Of(p.Type)))]),
            CallType.Of(method.ReturnType));
    }

    private static IEnumerable<INamedTypeSymbol> Around(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.ContainingType) yield return type;
    }

    private static IEnumerable<INamedTypeSymbol> Named(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Named(array.ElementType),
        INamedTypeSymbol { TypeKind: TypeKind.Enum } named => Around(named),
        _ => [],
    };
}

internal sealed record CallParameter(string Name, CallType Type);

/// <summary>A type as C# writes it.</summary>
/// <param name="Underlying">The number that stands for it outside of C#; null when it stands for itself.</param>
internal sealed record CallType(string Name, string? Underlying, bool IsArray, bool IsVoid)
{
    public static CallType Of(ITypeSymbol type)
    {
        var element = type is IArrayTypeSymbol { Rank: 1 } array ? array.ElementType : type;
        var underlying = element is INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } number } ? number.ToDisplayString(Format) : null;
        return new(type.ToDisplayString(Format), underlying, element != (object)type, type.SpecialType == SpecialType.System_Void);
    }

    private static SymbolDisplayFormat Format => SymbolDisplayFormat.FullyQualifiedFormat;
}
