using System.Collections.Immutable;
using Fog.Wasm.Compiler;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Fog.Wasm.Generator;

/// <summary>
/// Compiles the methods marked <c>[FogFunction]</c> of a project to WebAssembly while it is built, reports what cannot be
/// compiled, and writes a typed call for each: <c>fog.Kernels.MeanAsync(…)</c>.
/// </summary>
/// <remarks>A function is compiled anew when a file that it reaches, the global usings or the references change.</remarks>
[Generator(LanguageNames.CSharp)]
public sealed class FunctionGenerator : IIncrementalGenerator
{
    /// <summary>Name of the step that compiles, for tests.</summary>
    public const string ModulesStep = "Modules";

    private const string AttributeName = "Fog.Client.FogFunctionAttribute";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var references = context.MetadataReferencesProvider.Collect().WithComparer(SameReferences.Instance);
        var platform = references
            .Combine(context.CompilationProvider.Select(static (compilation, _) => compilation.Options.CheckOverflow))
            .Select(static (given, _) => new FunctionPlatform(given.Left, given.Right));
        var globals = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is UsingDirectiveSyntax { GlobalKeyword.RawKind: not 0 },
                static (found, _) => new SourceFile(found.Node.SyntaxTree))
            .Collect()
            .Select(static (files, _) => new EquatableArray<SourceFile>([.. files.Distinct()]));
        var compiled = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (_, _) => true, FunctionSource.Read)
            .Combine(globals)
            .Combine(platform)
            .Select(static (given, _) => CompiledCall.Of(given.Left.Left, given.Left.Right, given.Right))
            .WithTrackingName(ModulesStep);

        context.RegisterSourceOutput(compiled, static (output, call) =>
        {
            foreach (var finding in call.Findings) output.ReportDiagnostic(finding.ToDiagnostic());
        });
        context.RegisterSourceOutput(compiled.Collect().SelectMany(static (calls, _) => CompiledCall.Duplicates(calls)), static (output, finding) =>
            output.ReportDiagnostic(finding.ToDiagnostic()));
        context.RegisterSourceOutput(compiled.Collect().SelectMany(static (calls, _) => CallClass.Group(calls)), static (output, calls) =>
            output.AddSource(calls.FileName, CallWriter.Write(calls)));
    }

    private sealed class SameReferences : IEqualityComparer<ImmutableArray<MetadataReference>>
    {
        public static readonly SameReferences Instance = new();

        public bool Equals(ImmutableArray<MetadataReference> x, ImmutableArray<MetadataReference> y) => x.SequenceEqual(y);

        public int GetHashCode(ImmutableArray<MetadataReference> references) => references.Length;
    }
}
