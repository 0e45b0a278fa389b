using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Fog.Wasm.Generator;

/// <summary>All that the module and the typed call of one function depend on; equal as long as none of it changes.</summary>
/// <param name="Files">The method's own file first.</param>
/// <param name="Method">Span of its declaration.</param>
/// <param name="Place">Of its name.</param>
/// <param name="HasErrors">The C# compiler reports errors in what the function reaches.</param>
/// <param name="Call">Null when the method cannot be a function at all.</param>
internal sealed record FunctionSource(EquatableArray<SourceFile> Files, TextSpan Method, Place Place, bool HasErrors, CallShape? Call)
{
    public static FunctionSource Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        var method = (IMethodSymbol)context.TargetSymbol;
        var reach = Reach.Of(method, context.TargetNode, context.SemanticModel.Compilation, cancellation);
        var callable = context.TargetNode is MethodDeclarationSyntax && method is { IsStatic: true, IsGenericMethod: false, ContainingType.IsGenericType: false };
        return new(new([.. reach.Files.Select(f => new SourceFile(f))]), context.TargetNode.Span, Place.Of(method.Locations[0]), reach.HasErrors, callable ? CallShape.Of(method) : null);
    }
}
