extern alias generator;

using System.Collections.Immutable;
using generator::Fog.Engine.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Engine.Tests.Generator;

public sealed class ReferenceGeneratorTests
{
    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    [Theory]
    [InlineData("interface I<T> : IGrainWithStringKey { Task M(T x); }", "FOG5001")]
    [InlineData("class C { private interface I : IGrainWithStringKey { Task M(); } }", "FOG5001")]
    [InlineData("file interface I : IGrainObserver { void M(); }", "FOG5001")]
    [InlineData("interface I : IGrainWithStringKey { int Count { get; } }", "FOG5002")]
    [InlineData("interface I : IGrainWithStringKey { event Action Happened; }", "FOG5002")]
    [InlineData("interface I : IGrainWithStringKey { Task M<T>(T x); }", "FOG5002")]
    [InlineData("interface I : IGrainWithStringKey { static abstract Task M(); }", "FOG5002")]
    [InlineData("interface I : IGrainWithStringKey { int M(); }", "FOG5003")]
    [InlineData("interface I : IGrainWithStringKey { IAsyncEnumerable<int> M(); }", "FOG5003")]
    [InlineData("interface I : IGrainWithStringKey { Task M(ref int x); }", "FOG5004")]
    [InlineData("interface I : IGrainWithStringKey { Task M(out int x); }", "FOG5004")]
    [InlineData("interface I : IGrainWithStringKey { Task M(Span<byte> x); }", "FOG5004")]
    [InlineData("interface I : IGrainWithStringKey { Task M(CancellationToken a, CancellationToken b); }", "FOG5004")]
    [InlineData("interface I : IGrainWithStringKey { [OneWay] Task<int> M(); }", "FOG5005")]
    public void An_unsupported_shape_is_one_error_at_its_place(string code, string expected)
    {
        var (diagnostics, generated) = Generate(code);
        var error = Assert.Single(diagnostics);
        Assert.Equal(expected, error.Id);
        Assert.Equal(DiagnosticSeverity.Error, error.Severity);
        Assert.Contains(code[error.Location.SourceSpan.Start - Prologue.Length], code);
        Assert.Empty(generated);
    }

    [Theory]
    [InlineData("interface I : IGrainWithStringKey { Task A(); Task<int> B(string? s, int[] xs); ValueTask C(); ValueTask<List<string?>> D(in_ @class); void E(); } record in_;")]
    [InlineData("interface I : IGrainWithStringKey, IRemindable { Task A(CancellationToken c = default); Task A(int x, CancellationToken c = default); }")]
    [InlineData("interface IBase : IGrainWithStringKey { Task A(); } interface I : IBase { Task B(IBase other, IObs? obs); } interface IObs : IGrainObserver { void A(I grain); }")]
    [InlineData("partial interface I : IGrainWithStringKey { Task A(); } partial interface I : IGrainWithStringKey { Task B(); }")]
    [InlineData("interface I : IGrainWithStringKey { [OneWay] Task A(int x); [OneWay] ValueTask B(); [ReadOnly, AlwaysInterleave, ResponseTimeout(\"00:00:01\")] Task<string> C(); }")]
    [InlineData("class Outer { internal interface I : IGrainWithStringKey { Task A(); public Task B() => A(); static int C => 1; class D; } } interface Outer_I : IGrainWithStringKey { Task A(); }")]
    [InlineData("interface I : IGrainWithStringKey { Task @event(int @int); Task A(params int[] xs); Task<(int X, string? Y)> T(); }")]
    [InlineData("interface IEmpty : IGrainObserver;")]
    public void Generated_code_compiles_without_warnings(string code)
    {
        var (diagnostics, generated) = Generate(code);
        Assert.Empty(diagnostics);
        Assert.NotEmpty(generated);
    }

    [Fact]
    public void Interfaces_that_are_not_grains_are_left_alone()
        => Assert.Empty(Generate("interface I : IDisposable { int M(); } interface J;").Generated);

    [Fact]
    public void An_edit_elsewhere_writes_nothing_again()
    {
        var compilation = Compile("interface I : IGrainWithStringKey { Task M(int x); }");
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ReferenceGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGenerators(compilation);
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Elsewhere;")));
        var outputs = driver.GetRunResult().Results.Single().TrackedOutputSteps.SelectMany(static step => step.Value).SelectMany(static step => step.Outputs);
        Assert.All(outputs, static output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private const string Prologue = """
        using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using Orleans; using Orleans.Concurrency;
        #nullable enable
        
        """;

    private static CSharpCompilation Compile(string code) => CSharpCompilation.Create(
        "Interfaces",
        [CSharpSyntaxTree.ParseText(Prologue + code)],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static (ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<SyntaxTree> Generated) Generate(string code)
    {
        var driver = CSharpGeneratorDriver.Create(new ReferenceGenerator())
            .RunGeneratorsAndUpdateCompilation(Compile(code), out var output, out var diagnostics);
        var generated = driver.GetRunResult().GeneratedTrees;
        if (diagnostics.IsEmpty)
        {
            Assert.Empty(output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
        }

        return (diagnostics, generated);
    }
}
