namespace Fog.Conformance.Programs;

internal sealed partial class ProgramWriter
{
    private string Value(string type, int depth)
    {
        if (IsArray(type)) return ArrayValue(type[..^2], depth);
        if (IsTuple(type)) return TupleValue(type, depth);
        if (type == "string") return Text(depth);
        if (structs.Find(s => s.Name == type) is { } made) return StructValue(made, depth);
        if (depth >= ExpressionDepthMax || choices.Below(5) == 0) return Leaf(type);
        return type switch { "bool" => Condition(depth), "E" => EnumValue(depth), _ => NumberValue(type, depth) };
    }

    private string Leaf(string type)
    {
        var known = Known(l => l.Type == type);
        if (known.Count > 0 && !choices.OneIn(4)) return Pick(known).Name;
        var parts = Parts(type);
        return parts.Count > 0 && choices.OneIn(3) ? Pick(parts) : Constant(type);
    }

    /// <summary>Fields and items of that type.</summary>
    private List<string> Parts(string type, bool isWritable = false)
    {
        var parts = new List<string>();
        foreach (var local in locals)
        {
            if (isWritable && !local.IsWritable) continue;
            if (structs.Find(s => s.Name == local.Type) is { } owner && !(isWritable && owner.IsRecord)) parts.AddRange(owner.Fields.Where(f => f.Type == type).Select(f => $"{local.Name}.{f.Name}"));
            if (IsTuple(local.Type)) parts.AddRange(Items(local.Type).Select((t, i) => (t, i)).Where(p => p.t == type).Select(p => $"{local.Name}.Item{p.i + 1}"));
            if (structs.Find(s => s.Name + "[]" == local.Type) is { } item && !(isWritable && item.IsRecord)) parts.AddRange(item.Fields.Where(f => f.Type == type).Select(f => $"{local.Name}[{choices.Of("0", "^1")}].{f.Name}"));
        }

        return parts;
    }

    private string Condition(int depth)
    {
        switch (choices.Below(9))
        {
            case 0:
                return Compared(depth);
            case 1:
                return $"({Value("bool", depth + 1)} {choices.Of("&&", "||", "^", "==", "&", "|", "!=")} {Value("bool", depth + 1)})";
            case 2:
                return $"!{Leaf("bool")}";
            case 3:
                return $"({Value("int", depth + 1)} is {choices.Of("> 0 and < 10", "not 0", "1 or 3 or < -5", ">= 100", "var _")})";
            case 4 when Known(l => IsArray(l.Type)) is { Count: > 0 } arrays:
                return $"({Pick(arrays).Name} is {choices.Of("[]", "[_]", "[_, ..]", "{ Length: > 1 }", "[.., _, _]")})";
            case 5:
                return $"({Text(depth + 1)} {choices.Of("==", "!=")} {Text(depth + 1)})";
            case 6 when structs.Where(s => s.IsRecord).ToList() is { Count: > 0 } records:
                var record = Pick(records);
                return $"({StructValue(record, depth + 1)} {choices.Of("==", "!=")} {StructValue(record, depth + 1)})";
            case 7:
                return $"(({Value("int", depth + 1)}, {Value("long", depth + 1)}) is {choices.Of("(0, _)", "(> 1, < 5)", "(_, 1 or 2)")})";
            default:
                return Compared(depth);
        }
    }

    private string Compared(int depth)
    {
        var type = Number();
        return $"({Value(type, depth + 1)} {choices.Of("<", "<=", ">", ">=", "==", "!=")} {Value(type, depth + 1)})";
    }

    private string EnumValue(int depth) => choices.Below(3) switch
    {
        0 => Leaf("E"),
        1 => $"(E)({Value("int", depth + 1)})",
        _ => $"({Value("E", depth + 1)} {choices.Of("|", "&", "^")} {Value("E", depth + 1)})",
    };

    private string NumberValue(string type, int depth)
    {
        var isFloat = type is "float" or "double";
        switch (choices.Below(18))
        {
            case 1:
                return $"({Value("bool", depth + 1)} ? {Value(type, depth + 1)} : {Value(type, depth + 1)})";
            case 2:
                return Cast(type, Value(Number(), depth + 1), choices.OneIn(4));
            case 3 when Callable(type) is { Count: > 0 } callable:
                return Call(Pick(callable), depth + 1);
            case 4 when Known(l => l.Type == type + "[]") is { Count: > 0 } arrays:
                var array = Pick(arrays).Name;
                return $"{array}[{Index(array)}]";
            case 5 when type == "double":
                return choices.Below(6) switch
                {
                    0 => $"Table[{Index("Table")}]",
                    1 => $"Math.{choices.Of("Pow", "Atan2", "Min", "Max", "CopySign", "IEEERemainder", "Log")}({Value("double", depth + 1)}, {Value("double", depth + 1)})",
                    2 => $"Invocation.Sensor({(choices.OneIn(4) ? Text(depth + 1) : choices.Of("\"temperature\"", "\"broken\""))})",
                    _ => $"Math.{choices.Of("Sqrt", "Sin", "Exp", "Floor", "Abs", "Log", "Atan", "Round", "Cos", "Tan", "Cbrt", "Tanh", "Ceiling", "Truncate", "Sinh", "Acos", "Log2", "Asin", "Cosh", "Acosh", "Asinh", "Atanh", "Log10")}({Value("double", depth + 1)})",
                };
            case 5 when type == "long":
                return choices.Of("Invocation.Random()", "Invocation.Now");
            case 5 when type == "float":
                return choices.OneIn(4)
                    ? $"MathF.{choices.Of("Pow", "Atan2", "Min", "Max", "CopySign", "IEEERemainder")}({Value("float", depth + 1)}, {Value("float", depth + 1)})"
                    : $"MathF.{choices.Of("Sqrt", "Sin", "Exp", "Floor", "Abs", "Log", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh", "Cbrt", "Log2", "Log10", "Round", "Ceiling", "Truncate")}({Value("float", depth + 1)})";
            case 5 when type == "int":
                return IntValue(depth);
            case 6 when type == "int":
                return $"({Value("int", depth + 1)} switch {{ {choices.Below(5) - 2} => {Value("int", depth + 1)}, > {3 + choices.Below(6)} => {Leaf("int")}, var x{names++} when {Value("bool", depth + 1)} => {Leaf("int")}, _ => {Leaf("int")} }})";
            case 7 when Known(l => l.Type == type && l.IsWritable) is { Count: > 0 } variables && depth > 0 && frozen == 0:
                return $"({Pick(variables).Name} {choices.Of("=", "+=", "-=")} {Cast(type, Leaf(type), false)})";
            case 8 when Known(l => l.Type == type && l.IsWritable) is { Count: > 0 } variables && depth > 0 && frozen == 0:
                return choices.OneIn(2) ? $"({Pick(variables).Name}++)" : $"(--{Pick(variables).Name})";
            case 9 when !isFloat:
                return Cast(type, $"({Value(type, depth + 1)} {choices.Of("<<", ">>", ">>>")} {Value("int", depth + 1)})", false);
            case 10 when structs.Where(s => s.Changes == type).ToList() is { Count: > 0 } changing && frozen == 0 && Known(l => l.IsWritable && changing.Any(s => s.Name == l.Type)) is { Count: > 0 } owners:
                return Frozen(() => $"{Pick(owners).Name}.Change({Value(type, depth + 1)})");
            case 11:
                return $"({Value("bool", depth + 1)} ? {Value(type, depth + 1)} : throw new InvalidOperationException(\"no\"))";
            case 12 when !isFloat && type is not "char":
                return $"unchecked(({type})(~{Value(type, depth + 1)}))";
            case 13 when type is "int" or "long" or "double" or "float" or "short" or "sbyte" or "nint":
                return choices.OneIn(3) ? $"checked(({type})(-{Value(type, depth + 1)}))" : Cast(type, $"(-{Value(type, depth + 1)})", false);
            case 14 when type == "char":
                return $"{Text(depth + 1)}[{choices.Of("0", "^1", Leaf("int"))}]";
            default:
                var operation = isFloat ? choices.Of("+", "-", "*", "/", "%") : choices.Of("+", "-", "*", "/", "%", "&", "|", "^");
                var expression = $"({Value(type, depth + 1)} {operation} {Value(type, depth + 1)})";
                return Cast(type, choices.OneIn(5) ? $"checked{expression}" : expression, choices.OneIn(8));
        }
    }

    private string IntValue(int depth)
    {
        switch (choices.Below(7))
        {
            case 1:
                return $"{Text(depth + 1)}.Length";
            case 2:
                return $"BitOperations.{choices.Of("PopCount", "LeadingZeroCount", "TrailingZeroCount")}({Value(choices.Of("uint", "ulong"), depth + 1)})";
            case 3:
                return $"{Text(depth + 1)}.IndexOf({Value("char", depth + 1)})";
            case 4:
                return $"Math.{choices.Of("Max", "Min")}({Value("int", depth + 1)}, {Value("int", depth + 1)})";
            case 5 when Known(l => l.Type == "int[]") is { Count: > 0 } arrays:
                return $"Array.IndexOf({Pick(arrays).Name}, {Value("int", depth + 1)})";
            case 6:
                return $"Pairs[{Index("Pairs")}].Item1";
            default:
                return Known(l => IsArray(l.Type)) is { Count: > 0 } any ? $"{Pick(any).Name}.Length" : Leaf("int");
        }
    }

    private string Text(int depth)
    {
        var known = Known(l => l.Type == "string");
        if (depth >= ExpressionDepthMax || choices.Below(4) == 0) return known.Count > 0 ? Pick(known).Name : choices.Of("\"\"", "\"x\"", "\"fog 7\"");
        return choices.Below(9) switch
        {
            1 => $"({Text(depth + 1)} + {Value(choices.Of("char", "int", "bool", "ulong", "sbyte"), depth + 1)})",
            2 => $"({Text(depth + 1)} + {Text(depth + 1)})",
            3 => $"{Text(depth + 1)}.Substring({Value("int", depth + 1)} & 3)",
            4 => $"{Text(depth + 1)}[({Leaf("int")} & 1)..]",
            5 => $"$\"{{{Value("int", depth + 1)}}}-{{{Text(depth + 1)}}}\"",
            6 => $"Words[{Index("Words")}]",
            7 => $"{Text(depth + 1)}.{choices.Of("Trim()", "Replace('a', 'b')", "PadLeft(3)", "Replace(\"a\", \"\")")}",
            8 => $"({Value("bool", depth + 1)} ? {Text(depth + 1)} : {Text(depth + 1)})",
            _ => choices.Of("\"\"", "\"x\"", "\"fog 7\""),
        };
    }

    private string ArrayValue(string item, int depth)
    {
        var known = Known(l => l.Type == item + "[]");
        if (depth > ExpressionDepthMax) return known.Count > 0 ? Pick(known).Name : $"new {item}[1]";
        switch (choices.Below(5))
        {
            case 1 or 2 when known.Count > 0:
                return Pick(known).Name;
            case 3:
                return $"new {item}[{Leaf("int")} & 7]";
            case 4 when known.Count > 0 && depth < ExpressionDepthMax:
                var from = Pick(known).Name;
                return choices.OneIn(2) ? $"{from}[..({Leaf("int")} & 3)]" : $"{from}[^({Leaf("int")} & 3)..]";
            default:
                var count = 1 + choices.Below(3);
                return $"new {item}[] {{ {string.Join(", ", Enumerable.Range(0, count).Select(_ => Value(item, System.Math.Max(depth + 1, 2))))} }}";
        }
    }

    private string TupleValue(string type, int depth) =>
        Known(l => l.Type == type) is { Count: > 0 } known && !choices.OneIn(3) ? Pick(known).Name : $"({string.Join(", ", Items(type).Select(t => Typed(t, Value(t, depth + 1))))})";

    private string StructValue(Struct made, int depth)
    {
        var known = Known(l => l.Type == made.Name);
        if (known.Count > 0 && choices.Below(3) != 2) return Pick(known).Name;
        if (depth < ExpressionDepthMax && Callable(made.Name) is { Count: > 0 } callable && choices.OneIn(4)) return Call(Pick(callable), depth + 1);
        var values = made.Fields.Select(f => Value(f.Type, depth + 2));
        if (made.IsRecord)
        {
            return known.Count > 0 && choices.OneIn(2) ? $"({Pick(known).Name} with {{ F0 = {Value(made.Fields[0].Type, depth + 1)} }})" : $"new {made.Name}({string.Join(", ", values)})";
        }

        return choices.OneIn(3) ? $"default({made.Name})" : $"new {made.Name} {{ {string.Join(", ", made.Fields.Zip(values).Select(p => $"{p.First.Name} = {p.Second}"))} }}";
    }

    private List<Method> Callable(string type) =>
        loops >= 2 ? [] : [.. methods.Where(m => m.Result == type && (m.Name != self || loops == 0) && m.Parameters.All(p => p.Modifier == "" || (frozen == 0 && Known(l => l.Type == p.Type && l.IsWritable).Count > 0)))];

    // No variable is passed by reference twice, and no other argument changes one.
    private string Call(Method method, int depth)
    {
        string[] levels = !method.IsRecursive ? [] : method.Name == self ? ["z"] : [$"{Leaf("int")} & 3"];
        if (method.Parameters.All(p => p.Modifier == "")) return $"{method.Name}({string.Join(", ", method.Parameters.Select(p => Value(p.Type, depth)).Concat(levels))})";
        return Frozen(() =>
        {
            var taken = new HashSet<string>();
            var arguments = new List<string>();
            foreach (var (type, modifier) in method.Parameters)
            {
                if (modifier == "")
                {
                    arguments.Add(Value(type, depth));
                    continue;
                }

                // An element may be passed any number of times.
                var elements = Known(l => l.Type == type + "[]");
                if (elements.Count > 0 && choices.OneIn(2))
                {
                    var array = Pick(elements).Name;
                    arguments.Add($"ref {array}[{Index(array)}]");
                    continue;
                }

                var free = Known(l => l.Type == type && l.IsWritable && !taken.Contains(l.Name));
                if (free.Count == 0)
                {
                    arguments.Add($"ref new {type}[1][0]");
                    continue;
                }

                var name = Pick(free).Name;
                taken.Add(name);
                arguments.Add($"ref {name}");
            }

            return $"{method.Name}({string.Join(", ", arguments.Concat(levels))})";
        });
    }

    private string Frozen(Func<string> write)
    {
        frozen++;
        var written = write();
        frozen--;
        return written;
    }

    private string Index(string array) => choices.Below(8) switch
    {
        1 => Leaf("int"),
        2 => "0",
        3 => $"({Leaf("int")} & 1)",
        4 => "^1",
        _ => $"(int)((uint){Leaf("int")} % (uint)Math.Max(1, {array}.Length))",
    };

    private static string Cast(string type, string value, bool isChecked) => isChecked ? $"checked(({type}){value})" : $"unchecked(({type}){value})";

    private static string Typed(string type, string value) => $"({type})({value})";
}
