using System.Collections.Immutable;
using Fog.Wasm.Compiler.Lowering;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

internal sealed partial class MethodBinder
{
    private Expression BindInvocation(IInvocationOperation invocation)
    {
        var place = PlaceOf(invocation);
        var target = Actual(invocation.TargetMethod);
        if (target is { Name: "ToString", Parameters.IsEmpty: true } && invocation.Instance is { } instance && KnownScalar(instance.Type) is { IsFloat: false }) return BindText(instance);
        if (target.Parameters.Any(p => p.RefKind is not (RefKind.None or RefKind.In)) || invocation.IsVirtual)
        {
            diagnostics.UnsupportedCall(place, target.ToDisplayString());
            return Missing(place);
        }

        if (trusted && target.ContainingType.Name == "Primitive") return BindPrimitive(target, [.. invocation.Arguments.Select(a => BindExpression(a.Value))], place);
        if (target.DeclaringSyntaxReferences.Length > 0 && !target.IsImplicitlyDeclared && (invocation.Instance is null || target.ContainingType.IsValueType))
        {
            return InOrder(invocation.Instance, invocation.Arguments, place, arguments => new Call(target, arguments, TypeOf(target.ReturnType, place), place));
        }

        if (Library.IntrinsicOf(target, trusted) is { } intrinsic) return InOrder(null, invocation.Arguments, place, arguments => intrinsic(arguments, place));
        return BindLibrary(target, target.Name, invocation.Instance, invocation.Arguments, place);
    }

    /// <summary>A method of .NET's library that we have in source.</summary>
    private Expression BindLibrary(IMethodSymbol target, string name, IOperation? instance, ImmutableArray<IArgumentOperation> given, Location place)
    {
        var typeArguments = (Actual(target.ContainingType) as INamedTypeSymbol)!.TypeArguments.AddRange(target.TypeArguments);

        // Some of Array's methods take any array: what they are given tells its element.
        foreach (var argument in given)
        {
            if (typeArguments.Length == 0 && Unwrapped(argument).Type is IArrayTypeSymbol { ElementType: var element } && IsAnyArray(argument)) typeArguments = [Actual(element)!];
        }

        var parameters = given.OrderBy(a => a.Parameter!.Ordinal).Select(a => KnownType(IsAnyArray(a) ? Unwrapped(a).Type : a.Parameter!.Type));
        if (instance is not null) parameters = parameters.Prepend(KnownType(instance.Type));
        if (Library.SourceOf(program, target.ContainingType, name, typeArguments, [.. parameters!]) is { } source)
        {
            return InOrder(instance, given, place, arguments => new Call(source, arguments, TypeOf(source.ReturnType, place), place));
        }

        diagnostics.UnsupportedCall(place, target.ToDisplayString());
        return Missing(place);
    }

    /// <summary>What the prelude is made of.</summary>
    private Expression BindPrimitive(IMethodSymbol method, ImmutableArray<Expression> arguments, Location place)
    {
        switch (method.Name)
        {
            case "Part":
                return new Part(arguments[0], arguments[1], arguments[2], place);
            case "Copy":
                return new CopyElements(arguments[0], arguments[1], place);
            case "Text" or "Chars":
                return arguments[0];
            case "Less":
                return new Binary(BinaryOperator.Less, arguments[0], arguments[1], false, CsType.Bool, place);
            case "Equal":
                return new Binary(BinaryOperator.Equal, arguments[0], arguments[1], false, CsType.Bool, place);
            case "IsNaN":
                return arguments[0].Type is ScalarType { IsFloat: true }
                    ? new Binary(BinaryOperator.NotEqual, arguments[0], arguments[0], false, CsType.Bool, place)
                    : new Constant(CsType.Bool, 0, place);
            default:
                throw new InvalidOperationException($"no primitive {method.Name}");
        }
    }

    /// <summary>
    /// Arguments by parameter, an instance first. Named ones may stand in another order, which is the order they are evaluated in.
    /// </summary>
    private Expression InOrder(IOperation? instance, ImmutableArray<IArgumentOperation> given, Location place, Func<ImmutableArray<Expression>, Expression> call)
    {
        var first = instance is null ? 0 : 1;
        var ordinals = given.Select(a => a.Parameter!.Ordinal + first).ToList();
        var values = given.Select(a => BindExpression(IsAnyArray(a) ? Unwrapped(a) : a.Value)).ToList();
        if (instance is not null)
        {
            ordinals.Insert(0, 0);
            values.Insert(0, BindExpression(instance));
        }

        ReportAliases(instance, given, values, place);
        if (ordinals.SequenceEqual(Enumerable.Range(0, ordinals.Count))) return call([.. values]);
        var assignments = ImmutableArray.CreateBuilder<Assign>();
        var arguments = new Expression[values.Count];
        for (var i = 0; i < values.Count; i++)
        {
            var held = new VariableValue(new("argument", values[i].Type), place);
            assignments.Add(new(held, values[i], place));
            arguments[ordinals[i]] = held;
        }

        return new Let(assignments.ToImmutable(), call([.. arguments]), place);
    }

    // What C# passes by reference we pass by value, which is the same unless a later argument changes it.
    private void ReportAliases(IOperation? instance, ImmutableArray<IArgumentOperation> given, List<Expression> values, Location place)
    {
        var first = instance is null ? 0 : 1;
        for (var i = 0; i < values.Count; i++)
        {
            var isReference = i < first || given[i - first].Parameter!.RefKind == RefKind.In;
            if (!isReference || Root(values[i]) is not { } variable) continue;
            if (values.Skip(i + 1).Any(later => Effects.Assigns(later, variable))) diagnostics.UnsupportedExpression(place, "an argument that changes what is passed by reference");
        }
    }

    private static Variable? Root(Expression expression) => expression switch
    {
        VariableValue value => value.Variable,
        TupleElement element => Root(element.Tuple),
        _ => null,
    };

    private static bool IsAnyArray(IArgumentOperation argument) => argument.Parameter!.Type.SpecialType == SpecialType.System_Array;

    private static IOperation Unwrapped(IArgumentOperation argument) =>
        argument.Value is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : argument.Value;
}
