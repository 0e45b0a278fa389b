using System.Collections.Immutable;
using Fog.Wasm.Compiler.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Wasm.Compiler;

/// <summary>What functions are compiled against: the references of their project, and the embedded C#. Costly to make, shared by many.</summary>
public sealed class FunctionPlatform
{
    private static readonly Lazy<ImmutableArray<SyntaxTree>> Embedded = new(ParseEmbedded);
    private static readonly Lazy<HashSet<SyntaxTree>> EmbeddedTrees = new(() => [.. Embedded.Value]);
    private static readonly Lazy<SyntaxTree> Sdk = new(() => CSharpSyntaxTree.ParseText(SdkDeclarations.Text, ParseOptions, "Embedded/SdkDeclarations.cs"));
    private static readonly Lazy<FunctionPlatform> ForLooseFiles = new(() => new(FindReferences(), checkOverflow: false, [Sdk.Value]));

    // Roslyn keeps what it has learned of the references and the embedded declarations.
    private readonly Lazy<CSharpCompilation> compilation;

    /// <param name="references">Of the project, the SDK's attribute included.</param>
    /// <param name="checkOverflow">What the project compiles arithmetic as that is neither checked nor unchecked.</param>
    public FunctionPlatform(ImmutableArray<MetadataReference> references, bool checkOverflow)
        : this(references, checkOverflow, [])
    {
    }

    private FunctionPlatform(ImmutableArray<MetadataReference> references, bool checkOverflow, ImmutableArray<SyntaxTree> more) =>
        compilation = new(() => CSharpCompilation.Create(
            "Fog.Functions", Embedded.Value.AddRange(more), references,
            new(OutputKind.DynamicallyLinkedLibrary, checkOverflow: checkOverflow, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true)));

    /// <summary>For files that reference nothing: the runtime's own assemblies, and declarations in place of the SDK.</summary>
    internal static FunctionPlatform Loose => ForLooseFiles.Value;

    internal static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest);

    internal CSharpCompilation Base => compilation.Value;

    internal bool IsEmbedded(SyntaxTree tree) => EmbeddedTrees.Value.Contains(tree) || (Sdk.IsValueCreated && Sdk.Value == tree);

    /// <summary>All trees of a compilation have one version of the language and the same features.</summary>
    internal static SyntaxTree WithOurOptions(SyntaxTree file) => file.Options is CSharpParseOptions options && (options.LanguageVersion != ParseOptions.LanguageVersion || options.Features.Count > 0)
        ? file.WithRootAndOptions(file.GetRoot(), options.WithLanguageVersion(ParseOptions.LanguageVersion).WithFeatures(ParseOptions.Features))
        : file;

    private static ImmutableArray<SyntaxTree> ParseEmbedded()
    {
        var assembly = typeof(FunctionPlatform).Assembly;
        var trees = ImmutableArray.CreateBuilder<SyntaxTree>();
        foreach (var name in assembly.GetManifestResourceNames().OrderBy(n => n, StringComparer.Ordinal))
        {
            if (!name.StartsWith("Embedded/", StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            trees.Add(CSharpSyntaxTree.ParseText("using System;\n" + reader.ReadToEnd(), ParseOptions, name));
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
