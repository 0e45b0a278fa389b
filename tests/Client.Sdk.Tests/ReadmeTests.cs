using System.Reflection;
using System.Text.RegularExpressions;
using Fog.Wasm.Compiler;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Client.Sdk.Tests;

/// <summary>The C# in README.md compiles.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] s_examples = [.. Blocks().Matches(File.ReadAllText(Path.Combine(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "VectorsFolder").Value!,
        "..", "..", "README.md"))).Select(match => match.Groups[1].Value)];

    [Fact]
    public void The_example_of_a_call_compiles_against_the_SDK()
    {
        string usings = "using System; using System.Threading.Tasks;\n";
        var compilation = CSharpCompilation.Create(
            "Readme",
            [CSharpSyntaxTree.ParseText(usings + s_examples[0])],
            [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))],
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        Assert.DoesNotContain(compilation.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void The_example_of_a_function_compiles_to_WebAssembly()
    {
        var compiled = FunctionCompiler.Compile(s_examples[1], "Mean.cs");

        Assert.Empty(compiled.Diagnostics);
        Assert.Equal("mean", compiled.Functions.Single().Manifest.Name);
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
