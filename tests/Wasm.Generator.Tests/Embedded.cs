using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Generator.Tests;

/// <summary>Modules in generated source.</summary>
internal static class Embedded
{
    /// <summary>The bytes given to the <c>FunctionModule</c> of this name; null if there is none.</summary>
    public static byte[]? Find(string generated, string function)
    {
        foreach (var creation in CSharpSyntaxTree.ParseText(generated).GetRoot().DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>())
        {
            if (creation.ArgumentList.Arguments is not [{ Expression: LiteralExpressionSyntax name }, { Expression: CollectionExpressionSyntax bytes }]) continue;
            if (name.Token.ValueText != function) continue;
            return [.. bytes.Elements.Select(e => byte.Parse(e.ToString(), CultureInfo.InvariantCulture))];
        }

        return null;
    }
}
