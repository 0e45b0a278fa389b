using Fog.Conformance.Programs;
namespace Fog.Wasm.Compiler.Tests;

/// <summary>Statements and expressions beyond operators, each program against .NET on several arguments.</summary>
public sealed class LanguageTests
{
    public static TheoryData<string, string> Programs => new()
    {
        { "for with continue and break", "int n = 0; for (int i = 0; i < 20; i++) { if (i % 3 == a % 3) continue; if (i > b) break; n += i; } return n;" },
        { "nested loops", "int n = 0; for (int i = 0; i < 5; i++) for (int j = i; j < 5; j++) { if (j == b) break; n += i * j + a; } return n;" },
        { "for with several variables", "int n = 0; for (int i = 0, j = 10; i < j; i++, j--) n += i * j; return n + a;" },
        { "for without condition", "int i = 0; for (;;) { if (i++ > 10) break; } return i;" },
        { "while with a long condition", "int i = 0, n = 0; while (i < 10 && n < 100 + a && (i * 3 % 7 != 6 || n < b)) { n += i; i++; } return n;" },
        { "do while", "int i = 0; do { i++; if (i == 3) continue; } while (i < a && i < 10); return i;" },
        { "while true", "int i = 0; while (true) { if (++i >= 7) return i + a; }" },
        { "foreach", "int[] x = { 5, a, 7, b }; int n = 0; foreach (var v in x) { if (v == 7) continue; n = n * 31 + v; } return n;" },
        { "foreach over nothing", "int n = 3; foreach (var v in new int[0]) n += v; return n;" },
        { "foreach with a conversion", "byte[] x = { 200, 100 }; long n = 0; foreach (long v in x) n += v; return (int)n;" },
        { "foreach keeps its array", "int[] x = { 1, 2, 3 }; int n = 0; foreach (var v in x) { x = new int[1]; n += v; } return n + x.Length;" },
        { "switch with a table", "switch (a) { case 0: return 10; case 1: case 2: b += 5; break; case 3: return b; case 5: b *= 2; break; case 4: b = 1; break; default: return -1; } return b;" },
        { "switch without a table", "switch (a) { case 1000: return 1; case -5: return 2; case 7: break; default: b++; break; } return b;" },
        { "switch with patterns", "switch (a) { case < 0: return 1; case > 100 when b > 0: return 2; case 3 or 4: return 3; case >= 5 and <= 7: return 4; } return 5;" },
        { "switch with default first", "switch (a) { default: return 9; case 1: return 1; case 2: return 2; }" },
        { "switch in a loop", "int n = 0; for (int i = 0; i < 6; i++) { switch (i) { case 2: continue; case 4: n += 100; break; default: n++; break; } if (n > b) break; } return n;" },
        { "switch on long", "switch ((long)a << 33) { case 0: return 1; case 1L << 33: return 2; } return 3;" },
        { "switch expression", "return a switch { 0 => b, 1 or 2 => b + 1, < 0 => -b, > 100 and not 150 => 7, _ => 0 };" },
        { "switch expression without a match", "return a switch { 0 => 1, 1 => 2 };" },
        { "switch expression that throws", "return a switch { 0 => 1, _ => throw new InvalidOperationException(\"no\") };" },
        { "is pattern", "return (a is > 0 and < 10 or 50 ? 1 : 0) + (b is not 3 ? 2 : 0);" },
        { "conditional", "return a > b ? a * 2 : b > 0 ? b / (a == 0 ? 1 : a) : -1;" },
        { "select does not see later changes", "int x = a; int y = (x = b) > 0 ? x : a; return y * 10 + x;" },
        { "increments in an index", "int[] x = new int[5]; int i = 0; x[i++] = a; x[i++] = b; x[i]++; x[i++] += 4; --x[i]; return x[0] * 7 + x[1] * 5 + x[2] * 3 + x[3] + i;" },
        { "index before value", "int[] x = { 1, 2, 3 }; int i = 0; x[i] = (i = 2) + a; return x[0] * 10 + x[2];" },
        { "array before value", "int[] x = { 1, 2 }, y = { 3, 4 }; var z = x; x[0] = (x = y)[1] + a; return z[0] * 100 + x[0];" },
        { "array before index", "int[] x = { 1, 2 }, y = { 3, 4 }; return x[(x = y).Length - 1] * 10 + x[0];" },
        { "value fails before index", "int[] x = new int[1]; x[5] = 1 / (a - a); return 0;" },
        { "index fails before operand of +=", "int[] x = new int[1]; x[5] += 1 / (a - a); return 0;" },
        { "assignment as a value", "int x, y; x = y = a + 1; int[] z = new int[2]; int w = z[1] = b; return x + y * 2 + z[1] * 3 + w;" },
        { "compound as a value", "int x = a; int y = (x += 3) * (x -= 1); int[] z = { 4 }; int w = (z[0] *= 5) + z[0]++; return x + y + z[0] + w;" },
        { "compound that reads what it changes", "int x = a; x += (x = 5) + x; int[] z = { a, 2 }; int i = 0; z[i] += (i = 1) + z[0]; return x * 100 + z[0] * 10 + z[1];" },
        { "small types wrap", "byte x = (byte)a; x += 200; x++; sbyte y = (sbyte)b; y -= 100; ushort z = 1; z -= 2; char c = 'a'; c += (char)a; return x * 3 + y * 5 + z * 7 + c;" },
        { "index out of range", "int[] x = new int[3]; return x[a];" },
        { "negative index", "int[] x = new int[3]; x[-1 - (a & 1)] = 5; return 0;" },
        { "long and unsigned indices", "int[] x = { 1, 2, 3 }; uint u = 1; ulong v = 2; long w = (long)a << 32; return x[u] * 100 + x[v] * 10 + x[w];" },
        { "array of a negative size", "return new int[a % 100 - 40].Length;" },
        { "array sizes of other types", "long n = 3; uint m = 4; byte k = 5; ulong j = 6; return new byte[n].Length + new short[m].Length * 10 + new int[k].Length * 100 + new double[j].Length * 1000;" },
        { "new arrays are zero", "int[] x = new int[4]; double[] y = new double[3]; bool[] z = new bool[2]; return x[3] + (int)y[2] + (z[1] ? 1 : 0);" },
        { "small elements", "sbyte[] x = { -1, 2 }; ushort[] y = { 65535 }; short[] z = { -32768 }; bool[] t = { true, false }; char[] c = { 'x' }; x[1] = (sbyte)a; return x[0] + x[1] * 2 + y[0] * 3 + z[0] * 5 + (t[0] ? 7 : 0) + (t[1] ? 11 : 0) + c[0];" },
        { "wide elements", "long[] x = { 1L << 40, a }; ulong[] y = { ulong.MaxValue }; float[] f = { 1.5f }; double[] d = { 2.25 }; x[1] *= 3; f[0] += a; return (int)(x[0] >> 38) + (int)x[1] + (int)(y[0] >> 60) + (int)f[0] + (int)(d[0] * 4);" },
        { "enums", "var c = Color.Red; c |= (Color)a; if (c == Color.Blue) return 1; c++; switch (c) { case Color.Green: return 2; case Color.Blue | Color.Green: return 3; } return (int)c * 10 + (int)Color.Blue;" },
        { "constants and static readonly", "return Limit + Table[a & 3] + (int)(Ratio * 8) + Table.Length;" },
        { "static array out of range", "return Table[a + 2];" },
        { "static array as an argument", "return Sum(Table) + Sum(new[] { a, b });" },
        { "tuples", "var t = Split(a, b); var (q, r) = t; (int x, long y) = (q + 1, r); (q, r) = (r, q); return q * 1000 + r * 100 + x * 10 + (int)y + t.Q - t.Item2;" },
        { "tuple fields assigned", "var t = (a, b, 1.5); t.Item1 += 2; t.b = t.Item1 * t.b; return t.a + t.b + (int)(t.Item3 * 2);" },
        { "tuples swapped in an array", "int[] x = { a, b, 3 }; (x[0], x[2]) = (x[2], x[0]); (x[0], x[0]) = (7, x[1]); return x[0] * 100 + x[1] * 10 + x[2];" },
        { "tuples through conditionals", "var t = a > b ? (a, b) : (b, a); var (_, low) = t; return t.Item1 * 10 + low;" },
        { "tuples with arrays", "var (x, n) = Fill(3, a); return Sum(x) * 10 + n + Fill(2, b).Array[1];" },
        { "recursion", "return Fibonacci(10 + (a & 3)) + Ackermann(2, 2);" },
        { "named and default arguments", "return Weigh(c: a, a: b, b: Next(a)) + Weigh(1, c: 2) + Weigh(5);" },
        { "arguments in their order", "int i = 1; return Weigh(b: i++, a: i++, c: i++) + i;" },
        { "local functions", "static int Twice(int x) => x * 2; int Thrice(int x) { return x + Twice(x); } return Thrice(a) + Twice(b);" },
        { "params array", "return Total() + Total(a) * 10 + Total(a, b, 3) * 100;" },
        { "checked context", "checked { int x = a * 1000000; x += 2147; return x - b; }" },
        { "enums in a checked context", "checked { var c = (Color)(a * 3); var d = (sbyte)(Color)(b & 255); return (int)c + d; }" },
        { "unchecked context", "unchecked { int x = a * 1000000000; x += 2147483647; return x - b; }" },
        { "throw", "if (a > 3) throw new ArgumentException(\"too large\"); return a;" },
        { "throw as an expression", "int x = a > 3 ? a : throw new NotSupportedException(); return x;" },
        { "short circuit", "int n = 0; bool x = a > 0 && Count(ref_: n) > 0 || b / (a == 0 ? 1 : a) > 2; if (!(x && (a < 5 || b != 3))) n = 4; return n + (x ? 1 : 0);" },
        { "discards", "_ = a / (b == 0 ? 1 : b); Next(a); _ = new int[2]; return a;" },
        { "remainder signs", "return (-a) % 3 + a % -3 + (int)(-7.5 % (b + 0.5));" },
        { "implicit widening", "sbyte s = -5; byte u = 250; char c = 'A'; long l = s + u; float f = c; double d = l + f; ulong m = u; return (int)d + (int)m + (s < u ? 1 : 0);" },
        { "collection expression", "int[] x = [a, b, a + b]; double[] y = []; return x[2] + y.Length;" },
        { "default values", "int x = default; bool t = default(bool); double d = default; return x + (t ? 1 : 2) + (int)d;" },
        { "const locals", "const int k = 5; const double h = 0.5; return k * a + (int)(h * b);" },
        { "parallel scopes", "int n = 0; { int i = a; n += i; } { int i = b; n += i * 2; } for (int i = 0; i < 2; i++) { int m; if (i == 0) m = 1; else m = 2; n += m; } return n;" },
    };

    private const string Support = """
        enum Color : byte { Red = 1, Green = 2, Blue = 4 }

        const int Limit = 42;
        static readonly double Ratio = 2.5;
        static readonly int[] Table = { 3, 1, 4, 1 };

        static int Sum(int[] x) { int n = 0; foreach (var v in x) n += v; return n; }
        static (int Q, int R) Split(int a, int b) => b == 0 ? (a, 0) : (a / b, a % b);
        static (int[] Array, int Count) Fill(int n, int value) { var x = new int[n]; for (int i = 0; i < x.Length; i++) x[i] = value + i; return (x, n); }
        static int Fibonacci(int n) => n < 2 ? n : Fibonacci(n - 1) + Fibonacci(n - 2);
        static int Ackermann(int m, int n) => m == 0 ? n + 1 : n == 0 ? Ackermann(m - 1, 1) : Ackermann(m - 1, Ackermann(m, n - 1));
        static int Weigh(int a, int b = 7, int c = 9) => a * 100 + b * 10 + c;
        static int Next(int x) => x + 1;
        static int Count(int ref_) => ref_ + 1;
        static int Total(params int[] x) { int n = x.Length; foreach (var v in x) n += v; return n; }
        """;

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_does_what_it_does_on_DotNet(string name, string body)
    {
        var source = $$"""
            using Fog.Client;

            public static class Program
            {
                [FogFunction(CallDepthMax = 1000)]
                public static int Run(int a, int b) { {{body}} }

            {{Support}}
            }
            """;
        var artifact = Guest.Load(Guest.Compile(source));
        var oracle = DotNet.Compile(source)["Run"];
        foreach (var a in (int[])[0, 1, 2, 3, 5, 50, 150, -1, -7, int.MaxValue])
        {
            foreach (var b in (int[])[0, 1, 3, 8, -2])
            {
                var expected = DotNet.Run(oracle, a, b);
                var actual = Guest.Run(artifact, a, b);
                Assert.True(expected.Agrees(actual), $"{name}: a = {a}, b = {b} gives {actual}, .NET gives {expected}");
            }
        }
    }

    [Theory]
    [InlineData("bool", "bool[]")]
    [InlineData("sbyte", "sbyte[]")]
    [InlineData("byte", "byte[]")]
    [InlineData("short", "short[]")]
    [InlineData("ushort", "ushort[]")]
    [InlineData("char", "char[]")]
    [InlineData("int", "int[]")]
    [InlineData("uint", "uint[]")]
    [InlineData("long", "long[]")]
    [InlineData("ulong", "ulong[]")]
    [InlineData("float", "float[]")]
    [InlineData("double", "double[]")]
    public void Every_type_crosses_the_boundary(string scalar, string array)
    {
        var source = $$"""
            using Fog.Client;
            public static class Program
            {
                [FogFunction] public static {{scalar}} Second({{array}} x) => x[1];
                [FogFunction] public static {{array}} Reverse({{array}} x, {{scalar}} last)
                {
                    var y = new {{array.Replace("[]", "[x.Length + 1]")}};
                    for (int i = 0; i < x.Length; i++) y[x.Length - 1 - i] = x[i];
                    y[x.Length] = last;
                    return y;
                }
            }
            """;
        var compiled = FunctionCompiler.Compile(source, "test.cs");
        Assert.Empty(compiled.Diagnostics);
        var oracle = DotNet.Compile(source);
        var values = Array.CreateInstance(oracle["Second"].ReturnType, 3);
        for (var i = 0; i < 3; i++) values.SetValue(scalar == "bool" ? i != 1 : scalar == "char" ? (object)(char)(i * 30_000) : Convert.ChangeType(i == 0 ? 100 : i * 7, oracle["Second"].ReturnType), i);
        Assert.Equal(DotNet.Run(oracle["Second"], values).Value, Guest.Run(compiled.Functions[0], values).Value);
        var expected = DotNet.Run(oracle["Reverse"], values, values.GetValue(0));
        Assert.True(expected.Agrees(Guest.Run(compiled.Functions[1], values, values.GetValue(0))));
        var empty = Array.CreateInstance(oracle["Second"].ReturnType, 0);
        Assert.True(DotNet.Run(oracle["Second"], empty).Agrees(Guest.Run(compiled.Functions[0], empty)));
    }

    [Fact]
    public void A_void_function_runs()
    {
        var outcome = Guest.Run(Guest.Compile("using Fog.Client; static class P { [FogFunction] static void Nothing(int[] x) { x[0] = 1; } }"), new[] { 0 });
        Assert.Null(outcome.Exception);
        Assert.Null(outcome.Value);
    }

    [Fact]
    public void A_function_may_be_named_as_an_export()
    {
        var function = Guest.Compile("using Fog.Client; static class P { [FogFunction] static int Memory(int[] x) => x[0]; }");
        Assert.Equal(7, Guest.Run(function, new[] { 7 }).Value);
    }

    [Fact]
    public void Memory_grows_up_to_its_limit_and_then_the_call_fails()
    {
        const string Source = "using Fog.Client; static class P { [FogFunction(MemoryBytesMax = 262144)] static int Fill(int n) { int s = 0; for (int i = 0; i < n; i++) { var x = new byte[20000]; x[19999] = 1; s += x[19999] + x[0]; } return s; } }";
        var function = Guest.Compile(Source);
        Assert.Equal(13, Guest.Run(function, 13).Value);
        Assert.Equal("System.OutOfMemoryException", Guest.Run(function, 14).Exception);
    }

    [Fact]
    public void Endless_recursion_ends_at_the_call_depth()
    {
        var outcome = Guest.Run(Guest.Compile("using Fog.Client; static class P { [FogFunction] static int Down(int n) => n == 0 ? 0 : 1 + Down(n - 1); }"), 5_000);
        Assert.Equal(Outcome.TooDeep, outcome.Exception);
    }

    [Fact]
    public void The_same_source_gives_the_same_bytes()
    {
        const string Source = "using Fog.Client; static class P { [FogFunction] static double F(double[] x) => System.Math.Sin(x[0]); }";
        Assert.Equal(Guest.Compile(Source).Wasm.ToArray(), Guest.Compile(Source).Wasm.ToArray());
    }

    [Fact]
    public void A_module_holds_only_what_its_function_calls()
    {
        const string Source = "using Fog.Client; static class P { [FogFunction] static double F(double x) => x + 1; [FogFunction] static double G(double x) => System.Math.Sin(x); }";
        var functions = FunctionCompiler.Compile(Source, "test.cs").Functions;
        Assert.True(functions[0].Wasm.Length < 300, $"{functions[0].Wasm.Length} bytes");
        Assert.True(functions[1].Wasm.Length > 1_000, $"{functions[1].Wasm.Length} bytes");
    }

    [Fact]
    public void A_trap_is_explained_by_its_place_in_source()
    {
        const string Source = """
            using Fog.Client;
            static class P
            {
                [FogFunction] static int F(int[] x, int i)
                {
                    return x[i];
                }
            }
            """;
        var module = Format.ModuleReader.Read([.. Guest.Compile(Source).Wasm]);
        var site = Assert.Single(Format.TrapTable.Of(module), s => s.Line > 0);
        Assert.Equal(("System.IndexOutOfRangeException", 6, 16), (site.Exception, site.Line, site.Column));
    }
}
