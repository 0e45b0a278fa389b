using System.Collections.Immutable;
using Fog.Client;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Wasm.Generator.Tests;

/// <summary>A project in memory, and the generator at work on it as an editor or a build drives it.</summary>
internal sealed class Project
{
    // Another version of the language than the function compiler's, and a feature, as builds have them.
    private static readonly CSharpParseOptions s_options = new CSharpParseOptions(LanguageVersion.CSharp12).WithFeatures([new("InterceptorsNamespaces", "Some")]);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(FogFunctionAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private CSharpCompilation compilation;
    private GeneratorDriver driver;

    /// <param name="files">Name and text of each.</param>
    public Project(params (string Name, string Text)[] files)
        : this(false, files)
    {
    }

    public Project(bool checkOverflow, params (string Name, string Text)[] files)
    {
        compilation = CSharpCompilation.Create(
            "Application", files.Select(f => Parse(f.Name, f.Text)), s_references, new(OutputKind.DynamicallyLinkedLibrary, checkOverflow: checkOverflow));
        driver = CSharpGeneratorDriver.Create(
            [new FunctionGenerator().AsSourceGenerator()], parseOptions: s_options, driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Run();
    }

    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    /// <summary>Generated files by name.</summary>
    public IReadOnlyDictionary<string, string> Generated => Result.Results.Single().GeneratedSources.ToDictionary(s => s.HintName, s => s.SourceText.ToString());

    /// <summary>What became of the step that compiles, for each function, in the last run.</summary>
    public IReadOnlyList<IncrementalStepRunReason> Compiled =>
        [.. Result.Results.Single().TrackedSteps[FunctionGenerator.ModulesStep].SelectMany(step => step.Outputs).Select(output => output.Reason)];

    private GeneratorDriverRunResult Result => driver.GetRunResult();

    /// <summary>The function's module as the generated source embeds it.</summary>
    public byte[] Module(string function) => Generated.Values.Select(text => Embedded.Find(text, function)).Single(bytes => bytes is not null)!;

    /// <summary>A file as edited; a new one if there is none of that name.</summary>
    public void Edit(string name, string text)
    {
        var old = compilation.SyntaxTrees.FirstOrDefault(t => t.FilePath == name);
        compilation = old is null ? compilation.AddSyntaxTrees(Parse(name, text)) : compilation.ReplaceSyntaxTree(old, Parse(name, text));
        Run();
    }

    /// <summary>Every outcome of a step that the driver keeps between runs.</summary>
    public IEnumerable<object> Kept() =>
        Result.Results.Single().TrackedSteps.Values.SelectMany(steps => steps).SelectMany(step => step.Outputs).Select(output => output.Value);

    private void Run() => driver = driver.RunGenerators(compilation);

    private static SyntaxTree Parse(string name, string text) => CSharpSyntaxTree.ParseText(text, s_options, name);
}
