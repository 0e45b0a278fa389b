using System.Globalization;
using System.Text;

namespace Fog.Conformance.Programs;

/// <summary>
/// Writes a random well-typed program of the language of functions: structs, methods that call the ones before them, a
/// fog function. Every loop is bounded. It may well divide by zero, overflow or miss an array; both sides must then fail
/// alike.
/// </summary>
internal sealed partial class ProgramWriter
{
    /// <summary>What every program's fog function takes.</summary>
    public const string Parameters = "int a, long b, double c, bool d, int[] e, double[] f, string g";

    private const int ExpressionDepthMax = 3;
    private const int BlockDepthMax = 3;

    private static readonly string[] Scalars = ["int", "long", "double", "uint", "byte", "ulong", "bool", "float", "short", "char", "sbyte", "ushort", "E", "nint"];

    private readonly Choices choices;
    private readonly StringBuilder text = new();
    private readonly StringBuilder constants = new();
    private readonly List<Method> methods = [];
    private readonly List<Struct> structs = [];
    private readonly List<Local> locals = [];
    private int names;
    private int labels;
    private int loops;
    private int fields;

    // While what is evaluated must not change a variable: arguments beside one that is passed by reference.
    private int frozen;
    // Keys of what the fog function keeps, each taken by a parameter of one type.
    private const string CountKey = "count";
    private const string ListKey = "list";
    private const string TextKey = "text";

    private string result = "int";
    private string self = "";

    private ProgramWriter(int[] numbers) => choices = new(numbers);

    private sealed record Local(string Name, string Type, bool IsWritable);

    /// <param name="IsRecursive">It has a last parameter, the levels that are left.</param>
    private sealed record Method(string Name, string Result, (string Type, string Modifier)[] Parameters, bool IsRecursive);

    private sealed record Struct(string Name, (string Type, string Name)[] Fields, bool IsRecord, string Changes);

    /// <summary>A class with a fog function, both of that name.</summary>
    public static string Write(int[] numbers, string name) => new ProgramWriter(numbers).Program(name);

    private string Program(string name)
    {
        for (var i = choices.Below(3); i > 0; i--) WriteStruct();
        for (var i = choices.Below(4); i > 0; i--)
        {
            var count = 1 + choices.Below(3);
            WriteMethod($"M{methods.Count}", [.. Enumerable.Range(0, count).Select(_ => (AnyType(), choices.OneIn(4) ? "ref " : ""))], AnyType(), isRoot: false);
        }

        var resultType = choices.Below(4) switch { 1 => Scalar() + "[]", 2 => "string", _ => Scalar() };
        if (resultType.TrimEnd('[', ']') is "E" or "nint") resultType = "ulong";
        WriteMethod(name, [("int", ""), ("long", ""), ("double", ""), ("bool", ""), ("int[]", ""), ("double[]", ""), ("string", "")], resultType, isRoot: true);
        return $$"""
            public static class C{{name}}
            {
            enum E : short { A = 1, B = 2, C = -5 }
            static readonly double[] Table = [0.5, -1.25, 3e10, 7];
            static readonly (int, byte)[] Pairs = [(3, 1), (-7, 255)];
            static readonly string[] Words = ["", "a", "fog"];
            static string Cut(string s) => s.Length > 40 ? s.Substring(0, 40) : s;
            {{constants}}{{text}}}

            """;
    }

    private void WriteStruct()
    {
        var name = $"S{structs.Count}";
        var isRecord = choices.OneIn(2);
        var members = Enumerable.Range(0, 1 + choices.Below(3)).Select(i => (Type: FieldType(isRecord), Name: $"F{i}")).ToArray();
        if (isRecord)
        {
            Line($"readonly record struct {name}({string.Join(", ", members.Select(m => $"{m.Type} {m.Name}"))});");
            structs.Add(new(name, members, true, ""));
            return;
        }

        // A method that changes it, and a value that it gives.
        Line($"struct {name} {{");
        foreach (var member in members) Line($"public {member.Type} {member.Name};");
        var changes = Scalar();
        locals.Clear();
        foreach (var (type, member) in members) locals.Add(new(member, type, true));
        locals.Add(new("x", changes, true));
        structs.Add(new(name, members, false, changes));
        Line($"public {changes} Change({changes} x) {{");
        WriteBlock(1 + choices.Below(2), BlockDepthMax);
        Line($"return {Value(changes, 1)}; }}");
        Line("}");
        locals.Clear();
    }

    private string FieldType(bool isRecord) => choices.Below(6) switch
    {
        4 when structs.Count > 0 && (!isRecord || structs[0].IsRecord) => structs[0].Name,
        5 when !isRecord => choices.Of("string", "int[]"),
        _ => Scalar(),
    };

    private void WriteMethod(string name, (string Type, string Modifier)[] parameters, string returns, bool isRoot)
    {
        locals.Clear();
        names = 0;
        loops = 0;
        result = returns;
        var isRecursive = !isRoot && choices.OneIn(3);
        var list = parameters.Select((p, i) => (Name: ((char)('a' + i)).ToString(), p.Type, p.Modifier)).ToList();
        foreach (var (parameter, type, _) in list) locals.Add(new(parameter, type, true));
        var keys = list.ToDictionary(p => p.Name, p => isRoot && choices.OneIn(4) ? KeyOf(p.Type) : null);
        var attribute = isRoot ? $"[FogFunction(\"{name.ToLowerInvariant()}\", CallDepthMax = 1000, MemoryBytesMax = 4194304)] public " : "";
        Line($"{attribute}static {returns} {(isRoot ? "Run" : name)}({string.Join(", ", list.Select(p => $"{(keys[p.Name] is { } key ? $"[FogState(\"{key}\")] " : "")}{p.Modifier}{p.Type} {p.Name}").Concat(isRecursive ? ["int z"] : []))}) {{");
        if (isRecursive)
        {
            Line($"if (z-- <= 0) return {Value(returns, 2)};");
            methods.Add(new(name, returns, parameters, true));
            self = name;
        }

        foreach (var key in keys.Values.OfType<string>()) WriteStatePut(key);
        WriteBlock(isRoot ? 2 + choices.Below(7) : choices.Below(4), 0);
        Line($"return {Value(returns, 0)}; }}");
        self = "";
        if (!isRecursive) methods.Add(new(name, returns, parameters, false));
    }

    private static string? KeyOf(string type) => type switch { "int" => CountKey, "int[]" => ListKey, "string" => TextKey, _ => null };

    private void Line(string line) => text.Append(line).Append('\n');

    private string Declare(string type, bool isWritable = true)
    {
        var name = $"v{names++}";
        locals.Add(new(name, type, isWritable));
        return name;
    }

    private string Scalar() => Scalars[choices.Below(Scalars.Length)];

    private string Number() => Scalar() is var type and not ("bool" or "E") ? type : "int";

    private string AnyType() => choices.Below(9) switch
    {
        4 => Scalar() + "[]",
        5 when structs.Count > 0 => structs[choices.Below(structs.Count)].Name,
        6 when structs.Count > 0 => structs[choices.Below(structs.Count)].Name + "[]",
        7 => "string",
        8 => $"({Scalar()}, {Scalar()})",
        _ => Scalar(),
    };

    private static bool IsArray(string type) => type.EndsWith("[]", StringComparison.Ordinal);

    private static bool IsTuple(string type) => type.StartsWith('(');

    private static string[] Items(string tuple) => tuple[1..^1].Split(", ");

    private List<Local> Known(Func<Local, bool> fits) => [.. locals.Where(fits)];

    private T Pick<T>(IReadOnlyList<T> items) => items[choices.Below(items.Count)];

    // As fields, which C# does not take for constants: a constant division by zero would not compile.
    private string Constant(string type)
    {
        var name = $"K{fields++}";
        constants.Append(CultureInfo.InvariantCulture, $"static readonly {type} {name} = {ConstantText(type)};\n");
        return name;
    }

    private string ConstantText(string type) => type switch
    {
        "bool" => choices.Of("true", "false"),
        "float" => choices.Of("1f", "0f", "-2.5f", "1e20f", "-3e-10f", "float.NaN", "0.1f", "16777217f", "-0f", "float.NegativeInfinity"),
        "double" => choices.Of("1.0", "0.0", "-1.5", "1e300", "-2e-300", "double.NaN", "0.1", "4294967296.5", "-9.3e18", "double.PositiveInfinity", "-0.0", "127.6", "2147483647.5"),
        "int" => choices.Of("1", "0", "-1", "7", "31", "-100", "2147483647", "-2147483648", "65536", "3", "2"),
        "uint" => choices.Of("1u", "0u", "9u", "4294967295u", "2147483648u"),
        "long" => choices.Of("1L", "0L", "-1L", "13L", "4294967296L", "-9223372036854775808L", "9223372036854775807L"),
        "ulong" => choices.Of("1UL", "0UL", "5UL", "18446744073709551615UL", "9223372036854775808UL"),
        "char" => choices.Of("'a'", "'\\0'", "'\\uFFFF'", "' '", "'7'"),
        "E" => choices.Of("E.A", "E.B", "E.C", "(E)7"),
        "nint" => choices.Of("1", "0", "-9", "2147483647"),
        "sbyte" => choices.Of("1", "0", "-1", "127", "-128"),
        "short" => choices.Of("1", "0", "-1", "32767", "-32768"),
        "byte" => choices.Of("1", "0", "200", "255"),
        "ushort" => choices.Of("1", "0", "300", "65535"),
        _ => throw new InvalidOperationException($"no constant of {type}"),
    };
}
