using System.Text;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>Every operator and conversion on every type, at the values where they differ, against .NET.</summary>
public sealed class OperatorTests
{
    private static readonly string[] Integers = ["sbyte", "byte", "short", "ushort", "char", "int", "uint", "long", "ulong"];
    private static readonly string[] Numbers = [.. Integers, "float", "double"];

    public static TheoryData<string> NumberTypes => [.. Numbers];

    [Theory]
    [MemberData(nameof(NumberTypes))]
    public void Binary_operators_give_what_DotNet_gives(string type)
    {
        var isFloat = type is "float" or "double";
        string[] arithmetic = isFloat ? ["+", "-", "*", "/", "%"] : ["+", "-", "*", "/", "%", "&", "|", "^"];
        var source = new Functions();
        foreach (var operation in arithmetic)
        {
            source.Add(type, type, $"a {operation} b");
            source.Add(type, type, $"checked(a {operation} b)");
            source.AddBody(type, type, type, $"a {operation}= b; return a;");
            source.AddBody(type, type, type, $"checked {{ a {operation}= b; }} return a;");
        }

        foreach (var comparison in (string[])["==", "!=", "<", "<=", ">", ">="])
        {
            source.Add(type, type, $"a {comparison} b", "bool");
            source.AddBody(type, type, "int", $"if (!(a {comparison} b)) return 1; return 2;");
            source.AddBody(type, type, "int", $"int n = 0; while (a {comparison} b) {{ n++; if (n == 3) break; }} return n;");
        }

        source.Compare();
    }

    [Fact]
    public void Shifts_mask_their_count()
    {
        var source = new Functions();
        foreach (var type in Integers)
        {
            foreach (var shift in (string[])["<<", ">>", ">>>"])
            {
                source.Add(type, "int", $"a {shift} b");
                source.AddBody(type, "int", type, $"a {shift}= b; return a;");
                source.AddBody(type, "int", type, $"checked {{ a {shift}= b; }} return a;");
            }
        }

        source.Compare();
    }

    [Fact]
    public void Unary_operators_give_what_DotNet_gives()
    {
        var source = new Functions();
        foreach (var type in Numbers)
        {
            source.Add(type, "bool", "+a");
            if (type != "ulong") source.Add(type, "bool", "-a");
            if (type != "ulong") source.Add(type, "bool", "checked(-a)");
            if (Integers.Contains(type)) source.Add(type, "bool", "~a");
            foreach (var step in (string[])["a++", "++a", "a--", "--a"])
            {
                source.AddBody(type, "bool", type, $"{type} r = {step}; return b ? a : r;");
                source.AddBody(type, "bool", type, $"checked {{ {type} r = {step}; return b ? a : r; }}");
                source.AddBody(type, "bool", type, $"{type}[] x = {{ a, a }}; int i = 0; {type} r = {step.Replace("a", "x[i++]")}; return b ? x[i - 1] : r;");
            }
        }

        source.Compare();
    }

    [Fact]
    public void Conversions_give_what_DotNet_gives()
    {
        var source = new Functions();
        foreach (var from in Numbers)
        {
            foreach (var to in Numbers)
            {
                source.Add(from, "bool", $"unchecked(({to})a)", to);
                source.Add(from, "bool", $"checked(({to})a)", to);
            }
        }

        source.Compare();
    }

    [Fact]
    public void Bool_operators_give_what_DotNet_gives()
    {
        var source = new Functions();
        foreach (var operation in (string[])["&", "|", "^", "==", "!=", "&&", "||"])
        {
            source.Add("bool", "bool", $"a {operation} b", "bool");
            source.Add("bool", "bool", $"!(a {operation} !b)", "bool");
            source.AddBody("bool", "bool", "int", $"int n = 0; if ((a {operation} b) || !(b {operation} a)) n = 1; else n = 2; return n;");
        }

        foreach (var operation in (string[])["&", "|", "^"]) source.AddBody("bool", "bool", "bool", $"a {operation}= b; return a;");
        source.Compare();
    }

    [Fact]
    public void Library_functions_give_what_DotNet_gives()
    {
        var source = new Functions();
        foreach (var type in Numbers.Except(["char"]))
        {
            source.Add(type, type, "Math.Min(a, b)");
            source.Add(type, type, "Math.Max(a, b)");
            source.Add(type, type, $"Math.Clamp(a, b, ({type})100)");
            if (type is not ("byte" or "ushort" or "uint" or "ulong"))
            {
                source.Add(type, type, "Math.Abs(a)");
                source.Add(type, type, "Math.Sign(a)");
            }
        }

        foreach (var name in (string[])["Sqrt", "Floor", "Ceiling", "Truncate", "Round", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Exp", "Log", "Log2", "Log10", "Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh", "Cbrt"])
        {
            source.Add("double", "double", $"Math.{name}(a) + b");
            source.Add("float", "float", $"MathF.{name}(a) + b");
        }

        foreach (var name in (string[])["Pow", "Atan2", "CopySign", "IEEERemainder", "Log"]) source.Add("double", "double", $"Math.{name}(a, b)");
        foreach (var name in (string[])["IsNaN", "IsFinite", "IsInfinity", "IsPositiveInfinity", "IsNegativeInfinity"])
        {
            source.Add("double", "double", $"double.{name}(a)", "bool");
            source.Add("float", "float", $"float.{name}(a)", "bool");
        }

        source.Add("double", "double", "BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(a)) + b");
        source.Add("double", "int", "Math.ScaleB(a, b)");
        source.Add("double", "int", "Math.Round(a, b)");
        source.Add("int", "int", "Math.BigMul(a, b)");
        source.AddBody("int", "int", "int", "var (q, r) = Math.DivRem(a, b); return q ^ r;");
        foreach (var type in (string[])["uint", "ulong"])
        {
            foreach (var name in (string[])["LeadingZeroCount", "TrailingZeroCount", "PopCount"]) source.Add(type, "int", $"System.Numerics.BitOperations.{name}(a) + b");
            foreach (var name in (string[])["RotateLeft", "RotateRight"]) source.Add(type, "int", $"System.Numerics.BitOperations.{name}(a, b)");
        }

        source.Compare();
    }

    private static object[] Values(string type) => type switch
    {
        "bool" => [false, true],
        "sbyte" => [(sbyte)0, (sbyte)1, (sbyte)-1, (sbyte)7, sbyte.MinValue, sbyte.MaxValue],
        "byte" => [(byte)0, (byte)1, (byte)7, (byte)128, byte.MaxValue],
        "short" => [(short)0, (short)1, (short)-1, (short)300, short.MinValue, short.MaxValue],
        "ushort" => [(ushort)0, (ushort)1, (ushort)300, ushort.MaxValue],
        "char" => ['\0', '\u0001', 'a', '\uFFFF'],
        "int" => [0, 1, -1, 2, -3, 31, 32, 33, 70_000, int.MinValue, int.MinValue + 1, int.MaxValue],
        "uint" => [0u, 1u, 2u, 70_000u, 0x8000_0000u, uint.MaxValue],
        "long" => [0L, 1L, -1L, 3L, 5_000_000_000L, (long)int.MinValue - 1, long.MinValue, long.MaxValue],
        "ulong" => [0UL, 1UL, 3UL, 5_000_000_000UL, 0x8000_0000_0000_0000UL, ulong.MaxValue],
        "float" => [0f, -0f, 1f, -1.5f, 0.3f, 127.9f, 128f, -129f, 2147483648f, 4294967296f, 9.223372E18f, 1.8446744E19f, 1e30f, -1e30f, float.Epsilon, float.NaN, float.PositiveInfinity, float.NegativeInfinity],
        _ => [0.0, -0.0, 1.0, -1.5, 0.3, 255.9, -128.9, 65535.9, 2147483647.9, -2147483648.9, 4294967295.9, 4294967296.0, -0.9, 9.2233720368547758E18, 1.8446744073709552E19, 1e300, -1e300, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 12345.678],
    };

    /// <summary>One source with many functions of two parameters, each run on all pairs of values.</summary>
    private sealed class Functions
    {
        private readonly StringBuilder text = new();
        private readonly List<(string Name, string A, string B, string Body)> functions = [];

        // 'var' for a result: the type C# gives the expression.
        public void Add(string a, string b, string expression, string? result = null) =>
            AddBody(a, b, result ?? TypeOf(a, b, expression), $"return {expression};");

        public void AddBody(string a, string b, string result, string body)
        {
            var name = $"F{functions.Count}";
            functions.Add((name, a, b, body));
            text.AppendLine($"    [FogFunction] public static {result} {name}({a} a, {b} b) {{ {body} }}");
        }

        public void Compare()
        {
            var source = $"using Fog.Client;\npublic static class Kernels\n{{\n{text}}}\n";
            var compiled = FunctionCompiler.Compile(source, "operators.cs");
            Assert.True(compiled.Succeeded, string.Join("\n", compiled.Diagnostics.Take(5)));
            var oracle = DotNet.Compile(source);
            for (var i = 0; i < functions.Count; i++)
            {
                var (name, a, b, body) = functions[i];
                var artifact = Guest.Load(compiled.Functions[i]);
                foreach (var x in Values(a))
                {
                    foreach (var y in Values(b))
                    {
                        var expected = DotNet.Run(oracle[name], x, y);
                        var actual = Guest.Run(artifact, x, y);
                        Assert.True(expected.Agrees(actual), $"{a} a = {x}, {b} b = {y}: {body} gives {actual}, .NET gives {expected}");
                    }
                }
            }
        }

        private static string TypeOf(string a, string b, string expression)
        {
            var methods = DotNet.Compile($"public static class C {{ public static string T({a} a, {b} b) => N({expression}); static string N<T>(T x) => typeof(T).FullName; }}");
            try
            {
                return (string)methods["T"].Invoke(null, [Values(a)[1], Values(b)[1]])!;
            }
            catch (System.Reflection.TargetInvocationException e)
            {
                throw new InvalidOperationException(expression, e);
            }
        }
    }
}
