namespace Fog.Conformance.Programs;

internal sealed partial class ProgramWriter
{
    private void WriteBlock(int statements, int depth)
    {
        var before = locals.Count;
        for (var i = 0; i < statements; i++) WriteStatement(depth);
        locals.RemoveRange(before, locals.Count - before);
    }

    private void WriteStatement(int depth)
    {
        switch (choices.Below(depth >= BlockDepthMax ? 9 : 20))
        {
            case 0 or 1 or 2:
                WriteAssignment();
                break;
            case 3 or 4 or 5:
                var type = AnyType();
                var value = Value(type, 0);
                Line($"{type} {Declare(type)} = {Short(type, value)};");
                break;
            case 6:
                Line($"if ({Value("bool", 1)}) {Exit()}");
                break;
            case 7:
                WriteLibraryCall();
                break;
            case 8:
                WriteInvocation();
                break;
            case 9 or 10:
                WriteIf(depth);
                break;
            case 11 or 12 or 13:
                WriteLoop(depth);
                break;
            case 14 or 15:
                WriteSwitch(depth);
                break;
            case 16:
                WriteGoto(depth);
                break;
            case 17:
                var pair = $"({Scalar()}, {Scalar()})";
                var items = Items(pair);
                var pairValue = TupleValue(pair, 0);
                Line($"var ({Declare(items[0])}, {Declare(items[1])}) = {pairValue};");
                break;
            case 18:
                Line(choices.OneIn(2) ? "checked {" : "unchecked {");
                WriteBlock(1 + choices.Below(2), depth + 1);
                Line("}");
                break;
            default:
                WriteReference();
                break;
        }
    }

    // It always follows a condition, so that the rest can be reached.
    private string Exit() => choices.Below(4) switch
    {
        1 when loops > 0 => choices.Of("break;", "continue;"),
        2 => "throw new ArgumentException(\"bad\");",
        3 => $"return {Value(result, 2)};",
        _ => "{ }",
    };

    private void WriteAssignment()
    {
        var (target, type) = Target();
        if (type == "bool" || type == "E" || !Scalars.Contains(type) || choices.OneIn(2))
        {
            // Roslyn 4.14, which the oracle is compiled with, looks whether there is a last element before it evaluates a value that has a
            // pattern; the language, and Roslyn since, does so after.
            var value = Short(type, Value(type, 0));
            Line($"{(value.Contains(" is ", StringComparison.Ordinal) || value.Contains(" switch ", StringComparison.Ordinal) ? target.Replace("[^1]", "[0]", StringComparison.Ordinal) : target)} = {value};");
            return;
        }

        if (choices.OneIn(3))
        {
            Line($"{target}{choices.Of("++", "--")};");
            return;
        }

        var operation = type is "float" or "double" ? choices.Of("+", "-", "*", "/", "%") : choices.Of("+", "-", "*", "&", "|", "^", "<<", ">>", ">>>", "%", "/");
        var operand = operation is "<<" or ">>" or ">>>" ? Value("int", 1) : Value(type, 1);
        var statement = $"{target} {operation}= {operand};";
        Line(choices.OneIn(4) ? $"checked {{ {statement} }}" : statement);
    }

    // A text that is doubled in every round would fill any memory.
    private static string Short(string type, string value) => type == "string" ? $"Cut({value})" : value;

    /// <summary>What can be assigned: a variable, an element, a field, an item.</summary>
    private (string Target, string Type) Target()
    {
        var local = Pick(Known(l => l.IsWritable));
        if (IsArray(local.Type) && !choices.OneIn(5)) return ($"{local.Name}[{Index(local.Name)}]", local.Type[..^2]);
        if (choices.OneIn(3))
        {
            var type = Scalar();
            if (Parts(type, isWritable: true) is { Count: > 0 } parts) return (Pick(parts), type);
        }

        return (local.Name, local.Type);
    }

    private void WriteIf(int depth)
    {
        Line($"if ({Value("bool", 0)}) {{");
        WriteBlock(1 + choices.Below(3), depth + 1);
        if (choices.OneIn(2))
        {
            Line("} else {");
            WriteBlock(1 + choices.Below(2), depth + 1);
        }

        Line("}");
    }

    private void WriteLoop(int depth)
    {
        loops++;
        var before = locals.Count;
        var count = 1 + choices.Below(5);
        var kind = choices.Below(6);
        var end = "}";
        string i;
        switch (kind)
        {
            case 1:
                i = Declare("int", isWritable: false);
                Line($"int {i} = {count}; while ({i}-- > 0 && {Value("bool", 2)}) {{");
                break;
            case 2:
                i = Declare("int", isWritable: false);
                Line($"int {i} = 0; do {{ {i}++;");
                end = $"}} while ({i} < {count});";
                break;
            case 3:
                var type = choices.OneIn(3) && structs.Count > 0 ? structs[0].Name : Scalar();
                var items = ArrayValue(type, 1);
                Line($"foreach (var {Declare(type, isWritable: false)} in {items}) {{");
                break;
            case 4 when Known(l => IsArray(l.Type) && Scalars.Contains(l.Type[..^2])) is { Count: > 0 } arrays:
                var array = Pick(arrays);
                i = Declare("int", isWritable: false);
                Line($"for (int {i} = 0; {i} < {array.Name}.Length; {i}++) {{");
                break;
            case 5:
                var text = Text(2);
                Line($"foreach (var {Declare("char", isWritable: false)} in {text}) {{");
                break;
            default:
                i = Declare("int", isWritable: false);
                Line($"for (int {i} = 0; {i} < {count}; {i}++) {{");
                break;
        }

        WriteBlock(1 + choices.Below(3), depth + 1);
        Line(end);
        locals.RemoveRange(before, locals.Count - before);
        loops--;
    }

    private void WriteSwitch(int depth)
    {
        var isText = choices.OneIn(4);
        Line($"switch ({(isText ? Text(1) : $"{Value("int", 1)}{choices.Of("", " & 7", " % 5")}")}) {{");
        var outer = loops;
        loops = 0;
        string[] known = isText ? ["\"\"", "\"x\"", "\"fog 7\""] : ["-1", "0", "1", "2", "3", "4", "5"];
        var cases = known.Where(_ => choices.OneIn(2)).Select(label => (Label: label, Guard: choices.OneIn(5) ? $" when {Value("bool", 1)}" : "")).ToList();
        for (var i = 0; i < cases.Count; i++)
        {
            Line($"case {cases[i].Label}{cases[i].Guard}: {{");
            WriteBlock(1 + choices.Below(2), depth + 1);
            Line("}");
            Line(i + 1 < cases.Count && cases[i + 1].Guard.Length == 0 && choices.OneIn(4) ? $"goto case {cases[i + 1].Label};" : "break;");
        }

        if (choices.OneIn(2))
        {
            Line("default: {");
            WriteBlock(1, depth + 1);
            Line("} break;");
        }

        loops = outer;
        Line("}");
    }

    private void WriteGoto(int depth)
    {
        var label = $"L{labels++}";
        if (choices.OneIn(2))
        {
            Line($"if ({Value("bool", 1)}) goto {label};");
            Line("{");
            WriteBlock(1 + choices.Below(2), depth + 1);
            Line($"}} {label}: ;");
            return;
        }

        // Back, a few times.
        loops++;
        var outer = loops;
        var i = Declare("int", isWritable: false);
        Line($"int {i} = 0; {label}: {i}++; {{");
        loops = 0;
        WriteBlock(1 + choices.Below(2), depth + 1);
        loops = outer;
        Line($"}} if ({i} < {1 + choices.Below(4)} && {Value("bool", 1)}) goto {label};");
        loops--;
    }

    private void WriteLibraryCall()
    {
        var arrays = Known(l => IsArray(l.Type) && Scalars.Contains(l.Type[..^2]) && l.Type != "bool[]" && l.Type != "E[]");
        if (arrays.Count == 0)
        {
            WriteAssignment();
            return;
        }

        var (name, type, _) = Pick(arrays);
        var item = type[..^2];
        Line(choices.Below(6) switch
        {
            1 => $"Array.Sort({name});",
            2 => $"Array.Fill({name}, {Value(item, 1)});",
            3 => $"Array.Clear({name}, {Leaf("int")} & 1, {Leaf("int")} & 3);",
            4 => $"{name}.AsSpan({Leaf("int")} & 1).Fill({Value(item, 1)});",
            5 => $"Array.Copy({name}, {Leaf("int")} & 1, {ArrayValue(item, 1)}, 0, {Leaf("int")} & 3);",
            _ => $"Array.Reverse({name});",
        });
    }

    // What a call may ask for or want done; now and then under a name that is none, and more often than it may.
    private void WriteInvocation()
    {
        switch (choices.Below(5))
        {
            case 1:
                Line($"Invocation.Log({Text(1)});");
                break;
            case 2:
                Line($"Invocation.Emit({Name("out")}, {Text(1)});");
                break;
            case 3:
                Line($"Invocation.Call({Name("next-one")}, $\"[{{{Value("int", 1)}}},{{{Value("bool", 1)}}}]\");");
                break;
            case 4:
                WriteStatePut(choices.Of(CountKey, ListKey, TextKey));
                break;
            default:
                Line("Invocation.Checkpoint();");
                break;
        }
    }

    // What a parameter of the key's type can take.
    private void WriteStatePut(string key) => Line(key switch
    {
        CountKey => $"Invocation.StatePut(\"{key}\", $\"{{{Value("int", 1)}}}\");",
        ListKey => $"Invocation.StatePut(\"{key}\", $\"[{{{Value("int", 1)}}},{{{Value("int", 1)}}}]\");",
        _ => $"Invocation.StatePut({Name(key)}, {Text(1)});",
    });

    private string Name(string name) => choices.OneIn(6) ? Text(1) : $"\"{name}\"";

    // A local by reference, or a call for what it does.
    private void WriteReference()
    {
        if (choices.OneIn(2) && Known(l => IsArray(l.Type)) is { Count: > 0 } arrays)
        {
            var (array, type, _) = Pick(arrays);
            var index = Index(array);
            Line($"ref {type[..^2]} {Declare(type[..^2])} = ref {array}[{index}];");
            return;
        }

        var callable = methods.Where(m => Callable(m.Result).Contains(m)).ToList();
        if (callable.Count > 0) Line($"{Call(Pick(callable), 1)};");
        else WriteAssignment();
    }
}
