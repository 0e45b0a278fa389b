using System.Text.RegularExpressions;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>Every diagnostic, with its place marked <c>[|so|]</c> in the source that causes it.</summary>
public sealed class DiagnosticTests
{
    public static TheoryData<string, string> Members => new()
    {
        { "FOG001", "[FogFunction] static int F(int a) => [|b|];" },
        { "FOG001", "[FogFunction] static int F(int a) { return a [|}|]" },
        { "FOG003", "[FogFunction] int [|F|](int a) => a;" },
        { "FOG003", "[FogFunction] static T [|F|]<T>(T a) => a;" },
        { "FOG003", "static void G() { [FogFunction] static int [|F|](int a) => a; F(1); }" },
        { "FOG004", "[[|FogFunction(\"No_Good\")|]] static int F(int a) => a;" },
        { "FOG004", "[FogFunction] static int [|AMethodWhoseNameIsMuchTooLongForADevice|](int a) => a;" },
        { "FOG005", "[FogFunction] static int F(int a) => a; [FogFunction(\"f\")] static int [|G|](int a) => a;" },
        { "FOG006", "[[|FogFunction(Replicas = 0)|]] static int F(int a) => a;" },
        { "FOG006", "[[|FogFunction(MemoryBytesMax = 1000)|]] static int F(int a) => a;" },
        { "FOG006", "[[|FogFunction(CallDepthMax = 2000)|]] static int F(int a) => a;" },
        { "FOG006", "[[|FogFunction(FuelMax = -1)|]] static int F(int a) => a;" },
        { "FOG006", "[[|FogFunction(Version = \"\")|]] static int F(int a) => a;" },
        { "FOG007", "[FogFunction] static int F([|(int, int)|] a) => 1;" },
        { "FOG007", "[FogFunction] static [|(int, int)|] F(int a) => (a, a);" },
        { "FOG008", "[FogFunction] static int F(int a) { [|decimal|] d; return a; }" },
        { "FOG008", "[FogFunction] static int F(int a) { [|object|] s; return a; }" },
        { "FOG008", "[FogFunction] static int F(int a) { [|int[,]|] x; return a; }" },
        { "FOG008", "[FogFunction] static int F(int a) { [|G()|]; return a; } static decimal G() => 1;" },
        { "FOG009", "static void G(ref int x, ref int y) { x = y; } [FogFunction] static int F(int a) { [|G(ref a, ref a)|]; return a; }" },
        { "FOG009", "[FogFunction] static int F(int a) { int[] x = [1, [|.. new int[a]|]]; return a; }" },
        { "FOG010", "[FogFunction] static int F(int a) { switch (a) { case 1: [|goto|] x; case 2: x: return 1; } return a; }" },
        { "FOG015", "[FogFunction] static int F(int a) { var x = a == 1 ? [|null|] : (int?)3; return a; }" },
        { "FOG012", "[FogFunction] static int F(int a) => G(ref a); static int c; static ref int [|G|](ref int x) => ref x;" },
        { "FOG009", "struct S { public int X; public int Add(S o) => X + o.X; } [FogFunction] static int F(int a) { S s = default, t = default; return [|s.Add(s = t)|]; }" },
        { "FOG009", "[FogFunction] static string F(int a) => \"x\" + [|1.5f * a|];" },
        { "FOG011", "[FogFunction] static string F(string s) => [|s.ToUpper()|] + \"x\";" },
        { "FOG011", "[FogFunction] static bool F(string s) => [|s.StartsWith(\"a\")|];" },
        { "FOG010", "[FogFunction] static int F(int a) { foreach (var c in [|new System.Collections.Generic.List<int>()|]) a++; return a; }" },
        { "FOG010", "static readonly int[] x = { 1 }; [FogFunction] static int F(int a) { [|lock|] (x) a++; return a; }" },
        { "FOG011", "[FogFunction] static int F(int a) { [|System.Console.WriteLine(a)|]; return a; }" },
        { "FOG011", "[FogFunction] static int F(int a) => [|System.Environment.TickCount.CompareTo(a)|];" },
        { "FOG011", "[FogFunction] static double F(double a) => [|System.Math.FusedMultiplyAdd(a, a, a)|];" },
        { "FOG012", "[FogFunction] static int F(int a) => G(a); static T [|G|]<T>(T x) => x;" },
        { "FOG012", "[FogFunction] static int F(int a) { G(a); return a; } static async void [|G|](int x) { }" },
        { "FOG013", "static int count; [FogFunction] static int F(int a) => a + [|count|];" },
        { "FOG013", "static int count; [FogFunction] static int F(int a) { [|count|] = a; return a; }" },
        { "FOG014", "static readonly int Now = System.Environment.TickCount; [FogFunction] static int F(int a) => a + [|Now|];" },
        { "FOG016", "[FogFunction] static int F(int a) { [|try|] { a++; } catch { } return a; }" },
        { "FOG017", "[FogFunction] static int F(int a) { int G(int x) => x + [|a|]; return G(1); }" },
        { "FOG018", "static readonly int[] T = { 1 }; [FogFunction] static int F(int a) { [|T[0]|] = a; return a; }" },
        { "FOG018", "static readonly int[] T = { 1 }; [FogFunction] static int F(int a) { [|T[a]|]++; return a; }" },
        { "FOG021", "[FogFunction] static int F([FogState(\"No_Good\")] [|int|] a) => a;" },
        { "FOG021", "[FogFunction] static int F([FogState] int total, [FogState(\"total\")] [|int|] b) => b;" },
        { "FOG019", "static readonly System.Exception E = new(); [FogFunction] static int F(int a) { throw [|E|]; }" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void What_cannot_be_compiled_is_reported_at_its_place(string code, string marked)
    {
        marked = $"using Fog.Client;\n#nullable disable\n#pragma warning disable\npublic class P\n{{\n    {marked}\n}}\n";
        var (source, line, column, endLine, endColumn) = Unmark(marked);
        var result = FunctionCompiler.Compile(source, "test.cs");
        var all = string.Join("\n", result.Diagnostics);
        var found = result.Diagnostics.FirstOrDefault(d => d.Code == code);
        Assert.True(found is not null, $"{code} expected, found:\n{all}\nin {source}");
        Assert.True((line, column, endLine, endColumn) == (found.Line, found.Column, found.EndLine, found.EndColumn), $"{line},{column} to {endLine},{endColumn} expected, found:\n{all} to {found.EndLine},{found.EndColumn}");
        Assert.NotEmpty(found.Hint);
    }

    [Fact]
    public void A_file_without_a_function_is_reported()
    {
        var diagnostic = Assert.Single(FunctionCompiler.Compile("class C { }", "c.cs").Diagnostics);
        Assert.Equal(("FOG002", "c.cs", 1, 1), (diagnostic.Code, diagnostic.Path, diagnostic.Line, diagnostic.Column));
    }

    [Fact]
    public void Too_much_static_data_is_reported()
    {
        var data = string.Join(", ", Enumerable.Repeat("1.5", 9_000));
        var diagnostic = Assert.Single(FunctionCompiler.Compile($"using Fog.Client; class P {{ static readonly double[] T = {{ {data} }}; [FogFunction] static double F(int i) => T[i]; }}", "c.cs").Diagnostics);
        Assert.Equal("FOG020", diagnostic.Code);
    }

    [Fact]
    public void Too_deep_nesting_is_reported()
    {
        var deep = string.Concat(Enumerable.Repeat("if (a > 0) { ", 1_200)) + "a++;" + new string('}', 1_200);
        var result = FunctionCompiler.Compile($"using Fog.Client; class P {{ [FogFunction] static int F(int a) {{ {deep} return a; }} }}", "c.cs");
        Assert.Empty(result.Functions);
        Assert.All(result.Diagnostics, d => Assert.True(d.Code is "FOG020" or "FOG001", d.ToString()));
        Assert.NotEmpty(result.Diagnostics);
    }

    [Fact]
    public void Too_many_parameters_are_reported()
    {
        var list = string.Join(", ", Enumerable.Range(0, 33).Select(i => $"int p{i}"));
        var diagnostic = Assert.Single(FunctionCompiler.Compile($"using Fog.Client; class P {{ [FogFunction] static int F({list}) => p0; }}", "c.cs").Diagnostics);
        Assert.Equal("FOG020", diagnostic.Code);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(500)]
    public void A_deep_expression_is_compiled_or_reported(int depth)
    {
        foreach (var expression in (string[])[string.Concat(Enumerable.Repeat("(a+", depth)) + "a" + new string(')', depth), "a" + string.Concat(Enumerable.Repeat("+a", depth)), string.Concat(Enumerable.Repeat("-", depth).Select(m => m + " ")) + "a"])
        {
            var result = FunctionCompiler.Compile($"using Fog.Client; class P {{ [FogFunction] static int F(int a) => {expression}; }}", "c.cs");
            Assert.True(result.Functions.Length == 1 || result.Diagnostics.Any(d => d.Code is "FOG001" or "FOG020"));
        }
    }

    [Fact]
    public void A_function_with_diagnostics_does_not_keep_others_from_being_compiled()
    {
        var result = FunctionCompiler.Compile("using Fog.Client; class P { [FogFunction] static int F(int a) => System.Console.Read(); [FogFunction] static int G(int a) => a; }", "c.cs");
        Assert.Equal("g", Assert.Single(result.Functions).Manifest.Name);
        Assert.Equal("FOG011", Assert.Single(result.Diagnostics).Code);
    }

    [Fact]
    public void A_damaged_source_is_diagnosed_and_never_an_exception()
    {
        var random = new Random(1);
        foreach (var sample in Fog.Samples.SampleFunctions.All)
        {
            for (var i = 0; i < 12; i++)
            {
                var text = sample.Source.ToList();
                for (var edits = random.Next(1, 4); edits > 0; edits--)
                {
                    var at = random.Next(text.Count);
                    switch (random.Next(3))
                    {
                        case 0:
                            text.RemoveAt(at);
                            break;
                        case 1:
                            text.Insert(at, sample.Source[random.Next(sample.Source.Length)]);
                            break;
                        default:
                            text.RemoveRange(at, System.Math.Min(random.Next(30), text.Count - at));
                            break;
                    }
                }

                var result = FunctionCompiler.Compile(new string([.. text]), "damaged.cs");
                Assert.All(result.Functions, f => Guest.Load(f));
            }
        }
    }

    [Fact]
    public void Code_and_documentation_and_tests_list_the_same_codes()
    {
        var diagnostics = Path.Combine(Repository, "Wasm", "Compiler", "Diagnostics");
        var known = Codes(string.Concat(Directory.EnumerateFiles(diagnostics, "*.cs").Select(File.ReadAllText)), "\"(FOG[0-9]{3})\"");
        var documented = Codes(File.ReadAllText(Path.Combine(Repository, "docs", "diagnostics.md")), @"(?m)^\| (FOG[0-9]{3}) \|");
        Assert.Equal(known, documented);
        var tested = Codes(File.ReadAllText(Path.Combine(Repository, "tests", "Wasm.Compiler.Tests", "DiagnosticTests.cs")), "\"(FOG[0-9]{3})\"");
        Assert.Equal(known, tested);
    }

    private static List<string> Codes(string text, string pattern) =>
        [.. Regex.Matches(text, pattern).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];

    private static string Repository => Path.GetFullPath(Path.Combine(
        typeof(DiagnosticTests).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!, "..", ".."));

    private static (string Source, int Line, int Column, int EndLine, int EndColumn) Unmark(string marked)
    {
        var start = marked.IndexOf("[|", StringComparison.Ordinal);
        var end = marked.IndexOf("|]", StringComparison.Ordinal) - 2;
        var source = Regex.Replace(marked, @"\[\||\|\]", "");
        var (line, column) = Position(source, start);
        var (endLine, endColumn) = Position(source, end);
        return (source, line, column, endLine, endColumn);
    }

    private static (int Line, int Column) Position(string source, int offset) =>
        (source[..offset].Count(c => c == '\n') + 1, offset - source.LastIndexOf('\n', offset - 1));
}
