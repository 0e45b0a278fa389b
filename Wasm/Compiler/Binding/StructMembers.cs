using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>What a struct's declaration says of its instance fields.</summary>
internal static class StructMembers
{
    public static bool HaveInitialValues(INamedTypeSymbol type) => InitialValues(type).Any();

    /// <summary>Fields, or properties with a field of their own, that have an initial value, in source order.</summary>
    public static IEnumerable<(string Member, EqualsValueClauseSyntax Value)> InitialValues(INamedTypeSymbol type)
    {
        foreach (var member in type.DeclaringSyntaxReferences.Select(r => r.GetSyntax()).OfType<TypeDeclarationSyntax>().SelectMany(d => d.Members))
        {
            switch (member)
            {
                case FieldDeclarationSyntax field when !field.Modifiers.Any(m => m.ValueText is "static" or "const"):
                    foreach (var variable in field.Declaration.Variables)
                    {
                        if (variable.Initializer is { } value) yield return (variable.Identifier.ValueText, value);
                    }

                    break;
                case PropertyDeclarationSyntax { Initializer: { } value } property when !property.Modifiers.Any(m => m.ValueText == "static"):
                    yield return (property.Identifier.ValueText, value);
                    break;
            }
        }
    }

    /// <summary>True where no member that holds an array or a string is null: all are set before anything else happens.</summary>
    public static bool SetsReferencesFirst(IMethodSymbol constructor, SyntaxNode? body)
    {
        var unset = Types.FieldsOf(constructor.ContainingType).Where(f => Types.Of(f.Type) is { HasReference: true })
            .Select(f => f.AssociatedSymbol?.Name ?? f.Name).ToHashSet();
        foreach (var (member, _) in InitialValues(constructor.ContainingType)) unset.Remove(member);
        if (unset.Count == 0) return true;
        if (body is ArrowExpressionClauseSyntax { Expression: AssignmentExpressionSyntax single }) return Sets(single) && unset.Count == 0;
        foreach (var statement in (body as BlockSyntax)?.Statements ?? [])
        {
            if (statement is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } || !Sets(assignment)) return false;
            if (unset.Count == 0) return true;
        }

        return false;

        bool Sets(AssignmentExpressionSyntax assignment)
        {
            if (!assignment.OperatorToken.IsKind(Microsoft.CodeAnalysis.CSharp.SyntaxKind.EqualsToken)) return false;
            var readsAny = assignment.Right.DescendantNodesAndSelf().Any(n => n is ThisExpressionSyntax or InvocationExpressionSyntax { Expression: SimpleNameSyntax } || (n is IdentifierNameSyntax name && unset.Contains(name.Identifier.ValueText)));
            var target = assignment.Left switch
            {
                IdentifierNameSyntax name => name.Identifier.ValueText,
                MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
                _ => null,
            };
            if (readsAny || target is null) return false;
            unset.Remove(target);
            return true;
        }
    }
}
