using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Compiler.Source;

/// <summary>One source file, with the embedded C# that it may call: Wasm/Math and the prelude.</summary>
internal sealed class SourceProgram
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);
    private static readonly Lazy<ImmutableArray<SyntaxTree>> Embedded = new(ParseEmbedded);

    // What all files share: Roslyn keeps what it has learned of the references and the embedded declarations.
    private static readonly Lazy<CSharpCompilation> Base = new(() => CSharpCompilation.Create(
        "Fog.Functions", Embedded.Value, FindReferences(),
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true)));

    private static readonly Lazy<HashSet<SyntaxTree>> EmbeddedTrees = new(() => [.. Embedded.Value]);

    public SourceProgram(string source, string path)
    {
        File = CSharpSyntaxTree.ParseText(source, ParseOptions, path);
        Compilation = Base.Value.AddSyntaxTrees(File);
    }

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
        symbol.DeclaringSyntaxReferences is [var first, ..] && EmbeddedTrees.Value.Contains(first.SyntaxTree);

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
    public bool IsValid(DiagnosticBag diagnostics)
    {
        var valid = true;
        foreach (var error in Compilation.GetSemanticModel(File).GetDiagnostics())
        {
            if (error.Severity != DiagnosticSeverity.Error) continue;
            diagnostics.InvalidCSharp(error);
            valid = false;
        }

        return valid;
    }

    private static ImmutableArray<SyntaxTree> ParseEmbedded()
    {
        var assembly = typeof(SourceProgram).Assembly;
        var trees = ImmutableArray.CreateBuilder<SyntaxTree>();
        trees.Add(CSharpSyntaxTree.ParseText(SdkDeclarations.Text, ParseOptions, "Embedded/SdkDeclarations.cs"));
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith("Embedded/", StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            trees.Add(CSharpSyntaxTree.ParseText(reader.ReadToEnd(), ParseOptions, name));
        }

        return trees.ToImmutable();
    }

    // The runtime's own assemblies serve as reference assemblies.
    private static ImmutableArray<MetadataReference> FindReferences()
    {
        var platform = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        return
        [
            .. platform
                .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "System.Linq.dll"
                    or "System.Collections.dll" or "System.Console.dll" or "System.Runtime.Extensions.dll" or "System.Threading.dll"
                    or "System.Memory.dll" or "System.Net.Http.dll" or "System.Threading.Tasks.dll" or "netstandard.dll")
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    }
}
