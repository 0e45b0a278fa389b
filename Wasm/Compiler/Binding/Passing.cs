using System.Collections.Immutable;
using Fog.Wasm.Compiler.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>How an argument is passed.</summary>
internal enum Passing
{
    Value,

    /// <summary><c>in</c>: read only.</summary>
    In,

    /// <summary><c>ref</c> and <c>out</c>, and the instance of a method that may change it.</summary>
    Reference,
}

/// <summary>How a method takes its arguments, an instance first.</summary>
internal static class PassingOf
{
    public static ImmutableArray<Passing> Arguments(SourceProgram program, IMethodSymbol method)
    {
        var arguments = ImmutableArray.CreateBuilder<Passing>();
        if (HasInstance(method)) arguments.Add(MayChangeInstance(program, method) ? Passing.Reference : Passing.In);
        foreach (var parameter in method.Parameters)
        {
            arguments.Add(parameter.RefKind switch { RefKind.None => Passing.Value, RefKind.In => Passing.In, _ => Passing.Reference });
        }

        return arguments.ToImmutable();
    }

    public static bool HasInstance(IMethodSymbol method) =>
        !method.IsStatic && method.MethodKind is not (MethodKind.LocalFunction or MethodKind.Constructor);

    // By what the method looks like: a call by reference that changes nothing is only slower.
    private static bool MayChangeInstance(SourceProgram program, IMethodSymbol method)
    {
        if (method.IsReadOnly || method.ContainingType.IsReadOnly || method.DeclaringSyntaxReferences is not [var reference, ..]) return false;
        var syntax = reference.GetSyntax();
        var model = program.Compilation.GetSemanticModel(syntax.SyntaxTree);
        return syntax.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax or RefExpressionSyntax => true,
            PostfixUnaryExpressionSyntax unary => unary.Kind() != SyntaxKind.SuppressNullableWarningExpression,
            PrefixUnaryExpressionSyntax unary => unary.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression,
            ArgumentSyntax argument => !argument.RefKindKeyword.IsKind(SyntaxKind.None),
            InvocationExpressionSyntax call => model.GetSymbolInfo(call).Symbol is IMethodSymbol { IsStatic: false, IsReadOnly: false, ContainingType.IsValueType: true } called
                && called.DeclaringSyntaxReferences.Length > 0,
            _ => false,
        });
    }
}
