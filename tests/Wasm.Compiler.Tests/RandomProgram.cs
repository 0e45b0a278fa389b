using System.Text;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>
/// A random well-typed program: a few methods that call the ones before them, every loop bounded. It may well divide by
/// zero, overflow a checked expression or miss an array; both sides must then fail alike.
/// </summary>
internal sealed class RandomProgram
{
    private const int DepthMax = 3;

    private static readonly string[] Common = ["int", "int", "int", "long", "double", "double", "uint", "ulong", "float", "bool", "byte", "short", "char", "sbyte", "ushort"];

    private readonly Random random;
    private readonly StringBuilder text = new();
    private readonly StringBuilder constants = new();
    private readonly List<(string Name, string Result, string[] Parameters)> methods = [];
    private readonly List<(string Name, string Type, bool Writable)> locals = [];
    private int names;
    private int loops;
    private int fields;

    private RandomProgram(int seed) => random = new(seed);

    /// <summary>A class with a fog function <c>Run(int a, long b, double c, bool d, int[] e, double[] f)</c>.</summary>
    public static string Of(int seed) => new RandomProgram(seed).Program();

    private string Program()
    {
        text.AppendLine("using Fog.Client;").AppendLine("public static class P {");
        text.AppendLine("static readonly double[] Constants = { 0.5, -1.25, 3e10, 7 };");
        for (var i = random.Next(1, 4); i > 0; i--) Method($"M{methods.Count}", [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) == 0 ? Scalar() + "[]" : Scalar())], isRoot: false);
        Method("Run", ["int", "long", "double", "bool", "int[]", "double[]"], isRoot: true);
        return text.Append(constants).AppendLine("}").ToString();
    }

    private void Method(string name, string[] parameters, bool isRoot)
    {
        var result = random.Next(4) == 0 ? Scalar() + "[]" : Scalar();
        locals.Clear();
        names = 0;
        loops = 0;
        var list = parameters.Select((type, i) => (Name: ((char)('a' + i)).ToString(), Type: type)).ToList();
        foreach (var (parameter, type) in list) locals.Add((parameter, type, true));
        text.AppendLine($"{(isRoot ? "[FogFunction] public " : "")}static {result} {name}({string.Join(", ", list.Select(p => $"{p.Type} {p.Name}"))}) {{");
        Block(isRoot ? 7 : 4, depth: 0);
        text.AppendLine($"return {(result.EndsWith(']') ? ArrayOf(result[..^2], 0) : Value(result, 0))}; }}");
        methods.Add((name, result, parameters));
    }

    private void Block(int statements, int depth)
    {
        var before = locals.Count;
        for (var i = 0; i < statements; i++) Statement(depth);
        locals.RemoveRange(before, locals.Count - before);
    }

    private void Statement(int depth)
    {
        switch (random.Next(depth >= 2 ? 7 : 13))
        {
            case 0 or 1:
                var type = Scalar();
                var value = Value(type, 0);
                text.AppendLine($"{type} {Declare(type)} = {value};");
                break;
            case 2:
                type = Scalar();
                var items = ArrayOf(type, 0);
                text.AppendLine($"{type}[] {Declare(type + "[]")} = {items};");
                break;
            case 3 or 4 or 5:
                Assignment();
                break;
            case 6:
                text.AppendLine($"if ({Value("bool", 1)}) {Jump()}");
                break;
            case 7 or 8:
                text.AppendLine($"if ({Value("bool", 0)}) {{");
                Block(random.Next(1, 4), depth + 1);
                if (random.Next(2) == 0)
                {
                    text.AppendLine("} else {");
                    Block(random.Next(1, 3), depth + 1);
                }

                text.AppendLine("}");
                break;
            case 9 or 10:
                Loop(depth);
                break;
            case 11:
                Switch(depth);
                break;
            default:
                var (a, b) = (Scalar(), Scalar());
                var (first, second) = (Value(a, 1), Value(b, 1));
                text.AppendLine($"var ({Declare(a)}, {Declare(b)}) = ({first}, {second});");
                break;
        }
    }

    // Something that keeps both compilers from calling the rest unreachable: it always follows a condition.
    private string Jump() => loops > 0 ? random.Next(2) == 0 ? "break;" : "continue;" : random.Next(3) == 0 ? "throw new System.InvalidOperationException();" : "{ }";

    private void Assignment()
    {
        var targets = locals.Where(l => l.Writable).ToList();
        var (name, type, _) = targets[random.Next(targets.Count)];
        if (type.EndsWith(']'))
        {
            type = type[..^2];
            name = $"{name}[{Index(name)}]";
        }

        if (type == "bool" || random.Next(2) == 0)
        {
            text.AppendLine($"{name} = {Value(type, 0)};");
            return;
        }

        if (random.Next(3) == 0)
        {
            text.AppendLine($"{name}{(random.Next(2) == 0 ? "++" : "--")};");
            return;
        }

        var operation = type is "float" or "double" ? Pick("+", "-", "*", "/", "%") : Pick("+", "-", "*", "&", "|", "^", "<<", ">>", "%", "/");
        var operand = operation is "<<" or ">>" ? Value("int", 1) : Value(type, 1);
        var statement = $"{name} {operation}= {operand};";
        text.AppendLine(random.Next(5) == 0 ? $"checked {{ {statement} }}" : statement);
    }

    private void Loop(int depth)
    {
        loops++;
        var before = locals.Count;
        var i = $"i{names++}";
        var kind = random.Next(4);
        switch (kind)
        {
            case 0:
                text.AppendLine($"for (int {i} = 0; {i} < {random.Next(1, 6)}; {i}++) {{");
                locals.Add((i, "int", false));
                break;
            case 1:
                text.AppendLine($"int {i} = {random.Next(1, 6)}; while ({i}-- > 0 && {Value("bool", 2)}) {{");
                locals.Add((i, "int", false));
                break;
            case 2:
                text.AppendLine($"int {i} = 0; do {{ {i}++;");
                locals.Add((i, "int", false));
                break;
            default:
                var type = Scalar();
                text.AppendLine($"foreach (var {i} in {ArrayOf(type, 1)}) {{");
                locals.Add((i, type, false));
                break;
        }

        var isDo = kind == 2;
        Block(random.Next(1, 4), depth + 1);
        text.AppendLine(isDo ? $"}} while ({i} < {random.Next(1, 5)});" : "}");
        locals.RemoveRange(before, locals.Count - before);
        loops--;
    }

    private void Switch(int depth)
    {
        text.AppendLine($"switch ({Value("int", 1)}{Pick("", " & 7", " % 5")}) {{");
        var outer = loops;
        loops = 0;
        foreach (var label in Enumerable.Range(-1, 7).Where(_ => random.Next(2) == 0))
        {
            text.AppendLine($"case {label}: {{");
            Block(random.Next(1, 3), depth + 1);
            text.AppendLine("} break;");
        }

        if (random.Next(2) == 0)
        {
            text.AppendLine("default: {");
            Block(1, depth + 1);
            text.AppendLine("} break;");
        }

        loops = outer;
        text.AppendLine("}");
    }

    private string Value(string type, int depth)
    {
        if (depth >= DepthMax || random.Next(5) == 0) return Leaf(type);
        if (type == "bool")
        {
            return random.Next(4) switch
            {
                0 => $"({Value("bool", depth + 1)} {Pick("&&", "||", "^", "==", "&")} {Value("bool", depth + 1)})",
                1 => $"!{Leaf("bool")}",
                _ => Comparison(depth),
            };
        }

        switch (random.Next(12))
        {
            case 0:
                return $"({Value("bool", depth + 1)} ? {Value(type, depth + 1)} : {Value(type, depth + 1)})";
            case 1:
                return Cast(type, Value(Number(), depth + 1), random.Next(6) == 0);
            case 2 when methods.Where(m => m.Result == type).ToList() is { Count: > 0 } callable && loops < 2:
                return CallTo(callable[random.Next(callable.Count)], depth + 1);
            case 3 when locals.Where(l => l.Type == type + "[]").ToList() is { Count: > 0 } arrays:
                var array = arrays[random.Next(arrays.Count)].Name;
                return $"{array}[{Index(array)}]";
            case 4 when type == "double":
                return random.Next(3) == 0 ? $"Constants[{Index("Constants")}]" : $"Math.{Pick("Sqrt", "Sin", "Exp", "Floor", "Abs", "Log", "Atan", "Round")}({Value("double", depth + 1)})";
            case 5 when type == "int":
                return locals.Where(l => l.Type.EndsWith(']')).ToList() is { Count: > 0 } any ? $"{any[random.Next(any.Count)].Name}.Length" : Leaf(type);
            case 6 when type == "int":
                return $"({Value("int", depth + 1)} switch {{ {random.Next(-2, 3)} => {Value("int", depth + 1)}, > {random.Next(3, 9)} => {Leaf("int")}, _ => {Leaf("int")} }})";
            case 7 when locals.Where(l => l.Type == type && l.Writable).ToList() is { Count: > 0 } variables && depth > 0:
                return $"({variables[random.Next(variables.Count)].Name} = {Leaf(type)})";
            case 8 when type is not ("float" or "double"):
                return Cast(type, $"({Value(type, depth + 1)} {Pick("<<", ">>", ">>>")} {Value("int", depth + 1)})", false);
            default:
                var operation = type is "float" or "double" ? Pick("+", "-", "*", "/", "%") : Pick("+", "-", "*", "/", "%", "&", "|", "^", "+", "-", "*");
                var expression = $"({Value(type, depth + 1)} {operation} {Value(type, depth + 1)})";
                return Cast(type, random.Next(8) == 0 ? $"checked{expression}" : expression, false);
        }
    }

    private string Comparison(int depth)
    {
        var type = Common[random.Next(Common.Length)];
        if (type == "bool") type = "int";
        return $"({Value(type, depth + 1)} {Pick("<", "<=", ">", ">=", "==", "!=")} {Value(type, depth + 1)})";
    }

    private string CallTo((string Name, string Result, string[] Parameters) method, int depth) =>
        $"{method.Name}({string.Join(", ", method.Parameters.Select(p => p.EndsWith(']') ? ArrayOf(p[..^2], depth) : Value(p, depth)))})";

    private string ArrayOf(string type, int depth)
    {
        var arrays = locals.Where(l => l.Type == type + "[]").ToList();
        return random.Next(4) switch
        {
            0 or 1 when arrays.Count > 0 => arrays[random.Next(arrays.Count)].Name,
            2 => $"new {type}[{random.Next(0, 5)}]",
            _ => $"new {type}[] {{ {string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(type, depth + 1)))} }}",
        };
    }

    private string Index(string array) => random.Next(8) switch
    {
        0 => Leaf("int"),
        1 => "0",
        2 => $"({Leaf("int")} & 1)",
        _ => $"(int)((uint){Leaf("int")} % (uint)Math.Max(1, {array}.Length))",
    };

    private string Leaf(string type)
    {
        var known = locals.Where(l => l.Type == type).ToList();
        if (known.Count > 0 && random.Next(4) != 0) return known[random.Next(known.Count)].Name;
        return Literal(type);
    }

    // As fields, which C# does not take for constants: a constant division by zero would not compile.
    private string Literal(string type)
    {
        var name = $"K{fields++}";
        constants.AppendLine($"static readonly {type} {name} = {LiteralText(type)};");
        return name;
    }

    private string LiteralText(string type) => type switch
    {
        "bool" => Pick("true", "false"),
        "float" => $"({Pick("0f", "1f", "-2.5f", "1e20f", "-3e-10f", "float.NaN", "0.1f", "16777217f")})",
        "double" => $"({Pick("0.0", "1.0", "-1.5", "1e300", "-2e-300", "double.NaN", "0.1", "4294967296.5", "-9.3e18", "double.PositiveInfinity")})",
        "int" => $"({Pick("0", "1", "-1", "7", "31", "-100", "2147483647", "-2147483647", "65536")})",
        "uint" => $"({Pick("0u", "1u", "9u", "4294967295u", "2147483648u")})",
        "long" => $"({Pick("0L", "1L", "-1L", "13L", "4294967296L", "-9223372036854775807L", "9223372036854775807L")})",
        "ulong" => $"({Pick("0UL", "1UL", "5UL", "18446744073709551615UL", "9223372036854775808UL")})",
        "char" => Pick("'a'", "'\\0'", "'\\uFFFF'"),
        _ => $"(({type}){Pick("0", "1", "3", "100", "127")})",
    };

    private string Cast(string type, string value, bool isChecked)
    {
        if (type == "bool") return value;
        return isChecked ? $"checked(({type}){value})" : $"(({type}){value})";
    }

    private string Declare(string type)
    {
        var name = $"v{names++}";
        locals.Add((name, type, true));
        return name;
    }

    private string Scalar() => Common[random.Next(Common.Length)];

    private string Number() => Common[random.Next(Common.Length)] is var type and not "bool" ? type : "int";

    private string Pick(params ReadOnlySpan<string> choices) => choices[random.Next(choices.Length)];
}
