using System.Reflection;
using System.Reflection.Emit;

namespace Fog.Wasm.Portable.Tests;

/// <summary>
/// Arithmetic that nanoFramework computes otherwise than .NET, found in code by following the kinds of
/// values on the evaluation stack.
/// </summary>
internal static class NumericScan
{
    private static readonly Dictionary<short, OpCode> OpCodeOf = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value);

    private enum Kind
    {
        Int32,
        Int64,
        Float,
        Other,
    }

    /// <summary>
    /// For each method what it does, as often as it does it: <c>cgt on floats</c> and the like, <c>div of floats</c>,
    /// <c>div of integers</c> by anything but a constant, <c>conv.i8 of a float</c>.
    /// </summary>
    public static IReadOnlyList<(string Method, string Finding)> Of(IEnumerable<Type> types)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var findings = new List<(string, string)>();
        foreach (var type in types)
        {
            foreach (var method in type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
            {
                if (method.GetMethodBody() is { } body) findings.AddRange(Scan(method, body).Select(f => ($"{type.Name}.{method.Name}", f)));
            }
        }

        return findings;
    }

    private static IEnumerable<string> Scan(MethodBase method, MethodBody body)
    {
        var il = body.GetILAsByteArray()!;
        var module = method.Module;
        Type[] parameters = [.. method.IsStatic ? [] : new[] { typeof(object) }, .. method.GetParameters().Select(p => p.ParameterType)];
        var at = 0;

        // What stands on the stack where a branch leads: the arms of a conditional expression.
        var stacks = new Dictionary<int, Kind[]>();
        var stack = new Stack<Kind>();
        var constant = false;
        while (at < il.Length)
        {
            if (stacks.TryGetValue(at, out var joined)) stack = new(joined);
            short value = il[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | il[at++]));
            var code = OpCodeOf[value];
            var operand = at;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
            var name = code.Name!;
            var wasConstant = constant;
            constant = name.StartsWith("ldc.", StringComparison.Ordinal);
            switch (name.Split('.')[0])
            {
                case "ldc":
                    stack.Push(name[4..6] switch { "i8" => Kind.Int64, "r4" or "r8" => Kind.Float, _ => Kind.Int32 });
                    break;
                case "ldloc" or "ldloca":
                    stack.Push(name.StartsWith("ldloca", StringComparison.Ordinal) ? Kind.Other : KindOf(body.LocalVariables[Index(name, il, operand)].LocalType));
                    break;
                case "ldarg" or "ldarga":
                    stack.Push(name.StartsWith("ldarga", StringComparison.Ordinal) ? Kind.Other : KindOf(parameters[Index(name, il, operand)]));
                    break;
                case "stloc" or "starg" or "pop" or "stsfld" or "initobj" or "throw":
                    stack.Pop();
                    break;
                case "ldsfld" or "ldsflda" or "ldfld" or "ldflda":
                    if (name.StartsWith("ldf", StringComparison.Ordinal)) stack.Pop();
                    stack.Push(name.EndsWith('a') ? Kind.Other : KindOf(module.ResolveField(BitConverter.ToInt32(il, operand))!.FieldType));
                    break;
                case "stfld":
                    Pop(stack, 2);
                    break;
                case "dup":
                    stack.Push(stack.Peek());
                    break;
                case "ldelem":
                    Pop(stack, 2);
                    stack.Push(name[7..] switch { "i8" => Kind.Int64, "r4" or "r8" => Kind.Float, "ref" => Kind.Other, _ => Kind.Int32 });
                    break;
                case "ldelema":
                    Pop(stack, 2);
                    stack.Push(Kind.Other);
                    break;
                case "stelem":
                    Pop(stack, 3);
                    break;
                case "ldind" or "ldobj":
                    stack.Pop();
                    stack.Push(name switch { "ldind.i8" => Kind.Int64, "ldind.r4" or "ldind.r8" => Kind.Float, "ldind.ref" or "ldobj" => Kind.Other, _ => Kind.Int32 });
                    break;
                case "stind" or "stobj":
                    Pop(stack, 2);
                    break;
                case "conv":
                    var from = stack.Pop();
                    if (from == Kind.Float && !name.StartsWith("conv.r", StringComparison.Ordinal)) yield return $"{name} of a float";
                    if (name == "conv.r.un") yield return "conv.r.un";
                    stack.Push(name switch { "conv.i8" or "conv.u8" => Kind.Int64, "conv.r4" or "conv.r8" or "conv.r.un" => Kind.Float, _ => Kind.Int32 });
                    break;
                case "add" or "sub" or "mul" or "div" or "rem" or "and" or "or" or "xor":
                    var right = stack.Pop();
                    var left = stack.Pop();
                    if (name.StartsWith("div", StringComparison.Ordinal) || name.StartsWith("rem", StringComparison.Ordinal))
                    {
                        if (left == Kind.Float) yield return $"{name} of floats";
                        else if (!wasConstant) yield return $"{name} of integers";
                    }

                    stack.Push(left == Kind.Other ? right : left);
                    break;
                case "shl" or "shr":
                    stack.Pop();
                    break;
                case "ceq" or "cgt" or "clt":
                    stack.Pop();
                    if (stack.Pop() == Kind.Float && name is not ("ceq" or "clt" or "cgt.un")) yield return $"{name} of floats";
                    stack.Push(Kind.Int32);
                    break;
                case "beq" or "bne" or "blt" or "ble" or "bgt" or "bge":
                    stack.Pop();
                    var compared = name.Replace(".s", "", StringComparison.Ordinal);
                    if (stack.Pop() == Kind.Float && compared is not ("beq" or "bne.un" or "blt" or "ble" or "bgt.un" or "bge.un")) yield return $"{compared} of floats";
                    break;
                case "brtrue" or "brfalse":
                    stack.Pop();
                    break;
                case "switch":
                    stack.Pop();
                    for (var i = 0; i < BitConverter.ToInt32(il, operand); i++) stacks.TryAdd(at + BitConverter.ToInt32(il, operand + 4 + (4 * i)), [.. stack.Reverse()]);
                    break;
                case "call" or "callvirt" or "newobj":
                    var callee = module.ResolveMethod(BitConverter.ToInt32(il, operand))!;
                    Pop(stack, callee.GetParameters().Length + (callee.IsStatic || name == "newobj" ? 0 : 1));
                    if (name == "newobj") stack.Push(Kind.Other);
                    else if (callee is MethodInfo { ReturnType: var type } && type != typeof(void)) stack.Push(KindOf(type));
                    break;
                case "newarr" or "ldlen" or "isinst" or "castclass" or "box" or "unbox":
                    stack.Pop();
                    stack.Push(Kind.Other);
                    break;
                case "ldnull" or "ldstr" or "ldtoken" or "ldftn" or "sizeof":
                    stack.Push(Kind.Other);
                    break;
                case "neg" or "not" or "nop" or "br" or "ret" or "leave" or "endfinally" or "rethrow" or "readonly":
                    break;
                default:
                    throw new NotSupportedException($"{name} in {method.Name}");
            }

            if (code.OperandType == OperandType.ShortInlineBrTarget) stacks.TryAdd(at + (sbyte)il[operand], [.. stack.Reverse()]);
            else if (code.OperandType == OperandType.InlineBrTarget) stacks.TryAdd(at + BitConverter.ToInt32(il, operand), [.. stack.Reverse()]);
            if (code.FlowControl is FlowControl.Branch or FlowControl.Return or FlowControl.Throw) stack = new();
            foreach (var clause in body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause)) stacks.TryAdd(clause.HandlerOffset, [Kind.Other]);
        }
    }

    private static int Index(string name, byte[] il, int operand) =>
        char.IsAsciiDigit(name[^1]) ? name[^1] - '0' : name.EndsWith(".s", StringComparison.Ordinal) ? il[operand] : BitConverter.ToUInt16(il, operand);

    private static void Pop(Stack<Kind> stack, int count)
    {
        for (; count > 0; count--) stack.Pop();
    }

    private static Kind KindOf(Type type) =>
        type == typeof(double) || type == typeof(float) ? Kind.Float
        : type == typeof(long) || type == typeof(ulong) ? Kind.Int64
        : type.IsPrimitive || type.IsEnum ? Kind.Int32
        : Kind.Other;
}
