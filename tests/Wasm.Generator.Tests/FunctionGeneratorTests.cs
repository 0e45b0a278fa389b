using Fog.Samples;
using Fog.Wasm.Compiler;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Generator.Tests;

public sealed class FunctionGeneratorTests
{
    private const string Mean = """
        using Fog.Client;
        namespace App;
        public static class Kernels
        {
            [FogFunction] public static double Mean(double[] x) { double sum = 0; foreach (var v in x) sum += v; return sum / x.Length; }
        }
        """;

    [Fact]
    public void A_marked_method_gets_a_typed_call_and_its_module()
    {
        var project = new Project(("Kernels.cs", Mean));

        Assert.Empty(project.Diagnostics);
        var text = project.Generated["App.Kernels.g.cs"];
        Assert.Contains("Task<double> MeanAsync(double[] x, ", text, StringComparison.Ordinal);
        Assert.Contains("public Calls Kernels => new(fog);", text, StringComparison.Ordinal);
        var function = FunctionArtifact.Load(project.Module("mean"));
        Assert.Equal("mean(f64[])", $"{function.Manifest.Name}({function.Manifest.Parameters[0].Type})");
    }

    [Fact]
    public void What_the_fog_keeps_is_no_parameter_of_the_call()
    {
        var project = new Project(("Counter.cs", """
            using Fog.Client;
            public static class Counter { [FogFunction] public static long Count([FogState] long total, int more) { Invocation.StatePut("total", $"{total + more}"); return total + more; } }
            """));

        Assert.Empty(project.Diagnostics);
        Assert.Contains("Task<long> CountAsync(int more, ", project.Generated["Counter.g.cs"], StringComparison.Ordinal);
        Assert.Equal(["total", null], FunctionArtifact.Load(project.Module("count")).Manifest.Parameters.Select(p => p.State));
    }

    public static TheoryData<string> Samples => [.. SampleFunctions.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void In_a_project_a_file_compiles_to_the_very_bytes_it_has_alone(string name)
    {
        var sample = SampleFunctions.All.Single(sample => sample.Name == name);
        var project = new Project((sample.File, sample.Source), ("GlobalUsings.cs", "global using System;"));

        Assert.Empty(project.Diagnostics);
        Assert.Equal(FunctionCompiler.Compile(sample.Source, sample.File).Functions.Single().Wasm.ToArray(), project.Module(name));
    }

    [Fact]
    public void What_a_function_reaches_may_be_anywhere_in_the_project()
    {
        var project = new Project(
            ("Usings.cs", "global using Fog.Client; global using static App.Tables;"),
            ("Kernels.cs", "namespace App; partial class Kernels : Base { [FogFunction(FuelMax = Limits.Fuel)] static int F(int x) => (new Number(x) + Offset).Value * Weights[1] + (int)Mode.B + Twice(x); }"),
            ("Number.cs", "namespace App; readonly record struct Number(int Value) { public static Number operator +(Number a, int b) => new(a.Value + Adding.Of(b)); }"),
            ("Adding.cs", "namespace App; static class Adding { public static int Of(int x) => x.Squared(); }"),
            ("Extensions.cs", "namespace App; static class Extensions { public static int Squared(this int x) => x * x; }"),
            ("Tables.cs", "namespace App; static class Tables { public static readonly int[] Weights = { 1, Limits.Weight }; }"),
            ("Limits.cs", "namespace App; static class Limits { public const long Fuel = 12_345; public const int Weight = 10; }"),
            ("Mode.cs", "namespace App; enum Mode { A = Start.At, B } static class Start { public const int At = 100; }"),
            ("Base.cs", "namespace App; class Base { protected const int Offset = 3; protected static int Twice(int x) => x + x; }"),
            ("Elsewhere.cs", "namespace App; class Elsewhere { System.Collections.Generic.List<string> names; }"));

        Assert.Empty(project.Diagnostics);
        var manifest = FunctionArtifact.Load(project.Module("f")).Manifest;
        Assert.Equal(12_345, manifest.FuelMax);
        Assert.Equal(((2 + 9) * 10) + 101 + 4, Guest.Run(project.Module("f"), 2));
    }

    [Fact]
    public void A_trap_names_the_file_of_its_own_line()
    {
        var project = new Project(
            ("src/Kernels.cs", "using Fog.Client;\nstatic class K { [FogFunction] static int F(int[] x) => Helper.Third(x); }"),
            ("src/Helper.cs", "static class Helper\n{\n    public static int Third(int[] x) => x[2];\n}"));

        var site = Assert.Single(TrapTable.Of(ModuleReader.Read(project.Module("f"))), s => s.Exception == "System.IndexOutOfRangeException");
        Assert.Equal(("Helper.cs", 3, 41), (site.File, site.Line, site.Column));
    }

    [Fact]
    public void Arithmetic_is_checked_where_the_project_checks_it()
    {
        const string Source = "using Fog.Client; static class K { [FogFunction] static int F(int x) => x + 1; [FogFunction] static double G(double x) => System.Math.Sin(x) + System.Math.Pow(x, 3); }";

        Assert.Equal(int.MinValue, Guest.Run(new Project(("K.cs", Source)).Module("f"), int.MaxValue));
        var project = new Project(checkOverflow: true, ("K.cs", Source));
        Assert.Equal("Unreachable", Guest.Run(project.Module("f"), int.MaxValue));
        Assert.Equal(new Project(("K.cs", Source)).Module("g"), project.Module("g"));
    }

    [Theory]
    [InlineData("[FogFunction] static int F(int a) => System.Console.Read();", "FOG011", "System.Console.Read()")]
    [InlineData("[FogFunction] static (int, int) F(int a) => (a, a);", "FOG007", "(int, int)")]
    [InlineData("[FogFunction] int F(int a) => a;", "FOG003", "F")]
    [InlineData("[FogFunction] static T F<T>(T a) => a;", "FOG003", "F")]
    [InlineData("[FogFunction(\"No_Good\")] static int F(int a) => a;", "FOG004", "FogFunction(\"No_Good\")")]
    [InlineData("[FogFunction(Replicas = 2)] static int F(int a) => a;", "FOG006", "FogFunction(Replicas = 2)")]
    [InlineData("[FogFunction] static int F(int a) => Helper.Bad(a);", "FOG016", "try")]
    [InlineData("[FogFunction] static int F(int a) => a; [FogFunction(\"f\")] static int G(int a) => a;", "FOG005", "G")]
    public void What_cannot_be_compiled_is_an_error_at_its_exact_span(string member, string code, string span)
    {
        const string Helper = "static class Helper { public static int Bad(int a) { try { return a; } finally { } } }";
        var file = $"using Fog.Client;\nclass K\n{{\n    {member}\n}}\n";
        var project = new Project(("K.cs", file), ("Helper.cs", Helper));

        var error = Assert.Single(project.Diagnostics);
        Assert.Equal((code, DiagnosticSeverity.Error), (error.Id, error.Severity));
        var place = error.Location.GetLineSpan();
        var text = place.Path == "K.cs" ? file : Helper;
        Assert.Equal(span, text.Substring(error.Location.SourceSpan.Start, error.Location.SourceSpan.Length));
        var lines = text.Split('\n');
        Assert.StartsWith(span, lines[place.StartLinePosition.Line][place.StartLinePosition.Character..], StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_C_sharp_compiler_reports_is_not_said_twice_and_the_call_stays_for_the_editor()
    {
        var project = new Project(("K.cs", "using Fog.Client; static class K { [FogFunction] static int F(int a) => a + nothing; }"));

        Assert.Empty(project.Diagnostics);
        Assert.Contains("Task<int> FAsync(int a, ", project.Generated["K.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void Enums_travel_as_their_numbers()
    {
        var text = new Project(("K.cs", "using Fog.Client; public enum E : byte { A } public static class K { [FogFunction] public static E F(E a, E[] b) => b[0] | a; }")).Generated["K.g.cs"];

        Assert.Contains("Task<global::E> FAsync(global::E a, global::E[] b, ", text, StringComparison.Ordinal);
        Assert.Contains("(global::E)(await _fog.InvokeAsync<byte>(Modules.F, [(byte)a, global::System.Array.ConvertAll(b, static item => (byte)item)]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_the_call_needs_itself_may_be_parameters()
    {
        var text = new Project(("K.cs", "using Fog.Client; static class K { [FogFunction] static int F(int options, int @class, int cancellationToken) => options; [FogFunction(\"g\")] static int F(int x) => x; }")).Generated["K.g.cs"];

        Assert.Contains("FAsync(int options, int @class, int cancellationToken, global::Fog.Client.CallOptions? options_ = null", text, StringComparison.Ordinal);
        Assert.Contains("FunctionModule F_ = new(\"g\"", text, StringComparison.Ordinal);
    }
}
