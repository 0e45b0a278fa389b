using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Engine.Generator;

/// <summary>Writes the reference class of every grain and observer interface of a project, and its registration.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ReferenceGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var interfaces = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax { BaseList: not null },
                static (node, cancellation) => Describe(node, cancellation))
            .Where(static found => found is not null);

        context.RegisterSourceOutput(interfaces, static (output, found) =>
        {
            foreach (var problem in found!.Problems)
            {
                output.ReportDiagnostic(problem.ToDiagnostic());
            }

            if (found.Problems.Count == 0)
            {
                output.AddSource(found.ClassName + ".g.cs", ReferenceWriter.Write(found));
            }
        });
    }

    private static GrainInterface? Describe(GeneratorSyntaxContext node, CancellationToken cancellation)
    {
        if (node.SemanticModel.GetDeclaredSymbol(node.Node, cancellation) is not INamedTypeSymbol symbol || !GrainSymbols.IsAddressable(symbol))
        {
            return null;
        }

        // A partial interface is described once, at its first declaration.
        var first = symbol.DeclaringSyntaxReferences.First();
        return first.SyntaxTree == node.Node.SyntaxTree && first.Span == node.Node.Span
            ? InterfaceReader.Read(symbol, cancellation)
            : null;
    }
}
