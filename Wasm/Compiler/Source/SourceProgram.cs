using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Compiler.Source;

/// <summary>The author's source, with the embedded C# that it may call: Wasm/Math and the prelude.</summary>
internal sealed class SourceProgram
{
    private readonly FunctionPlatform platform;
    private readonly bool checkBodiesOnly;

    /// <summary>A file for itself.</summary>
    public SourceProgram(string source, string path)
    {
        platform = FunctionPlatform.Loose;
        File = CSharpSyntaxTree.ParseText(source, FunctionPlatform.ParseOptions, path);
        Compilation = platform.Base.AddSyntaxTrees(File);
    }

    /// <summary>Files of a project, in the first of which a function stands. What it does not reach may lack its declarations.</summary>
    public SourceProgram(FunctionPlatform platform, ImmutableArray<SyntaxTree> files)
    {
        this.platform = platform;
        checkBodiesOnly = true;
        ImmutableArray<SyntaxTree> ours = [.. files.Select(FunctionPlatform.WithOurOptions)];
        File = ours[0];
        Compilation = platform.Base.AddSyntaxTrees(ours);
    }

    /// <summary>Where functions are looked for.</summary>
    public SyntaxTree File { get; }

    public CSharpCompilation Compilation { get; }

    /// <summary>False when nothing in the file can be null: no null, no default, no array of arrays or strings, no struct.</summary>
    public bool MayHaveNulls => mayHaveNulls ??= File.GetRoot().DescendantNodesAndTokens().Any(part => part.AsNode() switch
    {
        null => part.IsKind(SyntaxKind.NullKeyword) || (part.IsKind(SyntaxKind.DefaultKeyword) && !part.Parent.IsKind(SyntaxKind.DefaultSwitchLabel)),
        ArrayTypeSyntax array => array.RankSpecifiers.Count > 1 || array.ElementType is not PredefinedTypeSyntax { Keyword.RawKind: not (int)SyntaxKind.StringKeyword },
        StructDeclarationSyntax or RecordDeclarationSyntax or TupleTypeSyntax => true,
        _ => false,
    });

    private bool? mayHaveNulls;

    /// <summary>True for code of ours, which may use the bits of a NaN as they are, and where nothing is checked.</summary>
    public bool IsEmbedded(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences is [var first, ..] && IsEmbedded(first.SyntaxTree);

    public bool IsEmbedded(SyntaxTree tree) => platform.IsEmbedded(tree);

    /// <summary>True for code of Wasm/Math.</summary>
    public bool IsMathematics(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences is [var first, ..] && IsEmbedded(first.SyntaxTree) && first.SyntaxTree.FilePath.StartsWith("Embedded/Math/", StringComparison.Ordinal);

    /// <summary>A static method of ours by name and parameter types; null if there is none.</summary>
    public IMethodSymbol? FindEmbedded(string type, string name, params ReadOnlySpan<ITypeSymbol> parameters)
    {
        if (Compilation.Assembly.GetTypeByMetadataName(type) is not { } owner) return null;
        foreach (var method in owner.GetMembers(name).OfType<IMethodSymbol>())
        {
            if (method.Parameters.Length != parameters.Length) continue;
            var same = true;
            for (var i = 0; i < parameters.Length; i++) same &= SymbolEqualityComparer.Default.Equals(method.Parameters[i].Type, parameters[i]);
            if (same) return method;
        }

        return null;
    }

    /// <summary>A static method of ours by name, type arguments and our types of its parameters; null if there is none.</summary>
    public IMethodSymbol? FindEmbedded(string type, string name, ImmutableArray<ITypeSymbol> typeArguments, ImmutableArray<CsType> parameters)
    {
        foreach (var member in Compilation.Assembly.GetTypeByMetadataName(type)?.GetMembers(name) ?? [])
        {
            if (member is not IMethodSymbol method || method.Arity != typeArguments.Length) continue;
            if (method.Arity > 0) method = method.Construct([.. typeArguments]);
            if (method.Parameters.Select(p => Types.Of(p.Type)).SequenceEqual(parameters)) return method;
        }

        return null;
    }

    /// <summary>Reports the file's errors; false if there are any.</summary>
    public bool IsValid(DiagnosticBag diagnostics) => Report(Compilation.GetSemanticModel(File).GetDiagnostics(), diagnostics);

    /// <summary>Reports a declaration's errors, unless the whole file was looked at; false if there are any.</summary>
    public bool IsValid(SyntaxNode declaration, DiagnosticBag diagnostics)
    {
        if (!checkBodiesOnly || IsEmbedded(declaration.SyntaxTree)) return true;
        var model = Compilation.GetSemanticModel(declaration.SyntaxTree);
        return Report(model.GetDiagnostics(declaration.Span), diagnostics);
    }

    private static bool Report(ImmutableArray<Diagnostic> found, DiagnosticBag diagnostics)
    {
        var valid = true;
        foreach (var error in found)
        {
            if (error.Severity != DiagnosticSeverity.Error) continue;
            diagnostics.InvalidCSharp(error);
            valid = false;
        }

        return valid;
    }
}
