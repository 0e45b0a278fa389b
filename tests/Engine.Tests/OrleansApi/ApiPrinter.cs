using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;

namespace Fog.Engine.Tests.OrleansApi;

/// <summary>Prints what callers and implementers can see of an assembly's types in Orleans' namespaces.</summary>
internal static class ApiPrinter
{
    private static readonly SymbolDisplayFormat s_type = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat s_kind = s_type
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance)
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword)
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeAccessibility);

    private static readonly SymbolDisplayFormat s_member = s_type
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints)
        .WithMemberOptions(
            SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeConstantValue)
        .WithParameterOptions(
            SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeExtensionThis | SymbolDisplayParameterOptions.IncludeParamsRefOut);

    public static IEnumerable<ApiType> Print(IAssemblySymbol assembly) =>
        from type in TypesIn(assembly.GlobalNamespace)
        let space = type.ContainingNamespace.ToDisplayString()
        where IsSeen(type) && (space == "Orleans" || space.StartsWith("Orleans.", StringComparison.Ordinal))
        let name = $"{space}.{type.MetadataName}"
        orderby name
        select new ApiType(name, [.. Facts(type)]);

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(TypesIn));

    private static IEnumerable<string> Facts(INamedTypeSymbol type)
    {
        string modifiers = type switch
        {
            { TypeKind: not TypeKind.Class } => "",
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        yield return $"kind {modifiers}{type.ToDisplayString(s_kind)}";
        if (type.TypeKind is TypeKind.Class)
        {
            yield return $"base {type.BaseType!.ToDisplayString(s_type)}";
        }

        if (type.EnumUnderlyingType is { } underlying)
        {
            yield return $"underlying {underlying.ToDisplayString(s_type)}";
        }

        if (UsageOf(type) is { } usage)
        {
            yield return $"usage {usage}";
        }

        foreach (string implemented in type.AllInterfaces.Select(static type => type.ToDisplayString(s_type)).Order(StringComparer.Ordinal))
        {
            yield return $"interface {implemented}";
        }

        var members = type.GetMembers()
            .Where(member => IsSeen(member) && !member.IsOverride && !(member.IsImplicitlyDeclared && type.TypeKind is TypeKind.Struct))
            .Where(static member => member is IPropertySymbol or IFieldSymbol or IEventSymbol or IMethodSymbol { AssociatedSymbol: null })
            .Select(static member => $"member {Marks(member)}{member.ToDisplayString(s_member)}{Accessors(member)}");
        foreach (string member in members.Order(StringComparer.Ordinal))
        {
            yield return member;
        }
    }

    private static bool IsSeen(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static string? UsageOf(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetAttributes().FirstOrDefault(static attribute => attribute.AttributeClass?.Name == nameof(AttributeUsageAttribute)) is { } usage)
            {
                bool Named(string name, bool otherwise) => usage.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value as bool? ?? otherwise;
                return $"{(AttributeTargets)(int)usage.ConstructorArguments[0].Value!}, multiple {Named("AllowMultiple", false)}, inherited {Named("Inherited", true)}";
            }
        }

        return null;
    }

    /// <summary>Attributes that change how the compiler lets a member be used.</summary>
    private static string Marks(ISymbol member) => string.Concat(
        from attribute in member.GetAttributes()
        let name = attribute.AttributeClass?.Name
        where name is nameof(ObsoleteAttribute) or nameof(SetsRequiredMembersAttribute)
        select $"[{name}] ");

    private static string Accessors(ISymbol member) => member is IPropertySymbol property
        ? $" {{ {Accessor(property.GetMethod, "get")}{Accessor(property.SetMethod, property.SetMethod?.IsInitOnly == true ? "init" : "set")}}}"
        : "";

    private static string Accessor(IMethodSymbol? method, string name) => method is not null && IsSeen(method) ? $"{name}; " : "";
}
