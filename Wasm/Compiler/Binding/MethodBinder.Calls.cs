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
        if (Library.ImportOf(target) is >= 0 and var import) return ImportOf(target, import, invocation.Arguments, place);
        var isOurs = target.DeclaringSyntaxReferences.Length > 0 && !target.IsImplicitlyDeclared && (invocation.Instance is null || target.ContainingType.IsValueType);
        if ((!isOurs && target.Parameters.Any(p => p.RefKind is not (RefKind.None or RefKind.In))) || invocation.IsVirtual)
        {
            diagnostics.UnsupportedCall(place, target.ToDisplayString());
            return Missing(place);
        }

        if (trusted && target.ContainingType.Name == "Primitive") return BindPrimitive(target, [.. invocation.Arguments.Select(a => BindExpression(a.Value))], place);
        if (isOurs) return CallOf(target, invocation.Instance, invocation.Arguments, place);
        if (Library.IntrinsicOf(target, trusted) is { } intrinsic) return InOrder(null, invocation.Arguments, place, (arguments, _) => intrinsic(arguments, place));
        return BindLibrary(target, target.Name, invocation.Instance, invocation.Arguments, place);
    }

    private Expression ImportOf(IMethodSymbol target, int import, ImmutableArray<IArgumentOperation> given, Location place) =>
        InOrder(null, given, place, (arguments, _) => new ImportCall(import, Present(target, null, given, arguments), TypeOf(target.ReturnType, place), place));

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
        // Comparisons are ordinal, and have to say so where .NET's default is another.
        if (IsString(target.ContainingType) && given is [_, { Value.ConstantValue.Value: (int)StringComparison.Ordinal } ordinal] && ordinal.Parameter!.Type.Name == nameof(StringComparison))
        {
            name = name == "Equals" || name == "Contains" || given[0].Parameter!.Type.SpecialType == SpecialType.System_Char ? name : name + "Ordinal";
            given = given.RemoveAt(1);
            parameters = [KnownType(instance!.Type), KnownType(given[0].Parameter!.Type)];
        }

        if (!trusted && program.MayHaveNulls && IsString(target.ContainingType) && name is "Equals" or "CompareOrdinal") name += "OrNull";
        var compares = name is "Sort" or "IndexOf" or "LastIndexOf" or "Contains" or "SequenceEqual";
        if ((!compares || typeArguments.All(t => Types.Scalar(t) is not null))
            && Library.SourceOf(program, target.ContainingType, name, typeArguments, [.. parameters!]) is { } source)
        {
            return InOrder(instance, given, place, (arguments, _) => new Call(source, Present(target, instance, given, arguments), TypeOf(source.ReturnType, place), place));
        }

        diagnostics.UnsupportedCall(place, target.ToDisplayString());
        return Missing(place);
    }

    /// <summary>The arguments, checked for null as .NET's own method does.</summary>
    private ImmutableArray<Expression> Present(IMethodSymbol target, IOperation? instance, ImmutableArray<IArgumentOperation> given, ImmutableArray<Expression> arguments)
    {
        if (trusted || !program.MayHaveNulls) return arguments;
        var first = instance is null ? 0 : 1;
        var present = arguments.ToArray();
        if (instance is not null) present[0] = IfNotNull(present[0], instance.Type, Failure.NullReference, present[0].Place);
        var takesNull = target.ContainingType.Name == "MemoryExtensions" || (IsString(target.ContainingType) && target is { IsStatic: true } or { Name: "Equals" } or { MethodKind: MethodKind.Constructor });
        if (takesNull || Types.IsSpan(target.ContainingType)) return [.. present];
        foreach (var argument in given)
        {
            var i = argument.Parameter!.Ordinal + first;
            present[i] = IfNotNull(present[i], Unwrapped(argument).Type, Failure.ArgumentNull, present[i].Place);
        }

        return [.. present];
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
            case "IsNull":
                return new SameReference(arguments[0], new NullValue((ArrayType)arguments[0].Type, place), place);
            case "IsNaN":
                return arguments[0].Type is ScalarType { IsFloat: true }
                    ? new Binary(BinaryOperator.NotEqual, arguments[0], arguments[0], false, CsType.Bool, place)
                    : new Constant(CsType.Bool, 0, place);
            default:
                throw new InvalidOperationException($"no primitive {method.Name}");
        }
    }

    /// <summary>A call of a method of the source.</summary>
    private Expression CallOf(IMethodSymbol target, IOperation? instance, ImmutableArray<IArgumentOperation> given, Location place) =>
        InOrderOn(Receiver(target, instance), given, place, (arguments, references) => new Call(target, arguments, TypeOf(target.ReturnType, place), place, references));

    /// <summary>What a method is called on, and whether it may change it.</summary>
    private (IOperation Operation, bool IsChanged)? Receiver(IMethodSymbol target, IOperation? instance) =>
        instance is null ? null : (instance, PassingOf.HasInstance(target) && PassingOf.Arguments(program, target)[0] == Passing.Reference);

    private Expression InOrder(IOperation? instance, ImmutableArray<IArgumentOperation> given, Location place, Func<ImmutableArray<Expression>, ulong, Expression> call) =>
        InOrderOn(instance is null ? null : (instance, false), given, place, call);

    /// <summary>
    /// Arguments by parameter, an instance first. Named ones may stand in another order, which is the order they are evaluated in.
    /// </summary>
    private Expression InOrderOn(
        (IOperation Operation, bool IsChanged)? instance, ImmutableArray<IArgumentOperation> given, Location place, Func<ImmutableArray<Expression>, ulong, Expression> call)
    {
        var first = instance is null ? 0 : 1;
        var passed = given.Select(a => (Ordinal: a.Parameter!.Ordinal + first, Passing: PassingFor(a.Parameter), Value: BindArgument(a))).ToList();
        var copies = ImmutableArray.CreateBuilder<Assign>();
        if (instance is { } receiver)
        {
            var value = BindExpression(receiver.Operation);
            if (receiver.IsChanged && !IsWritable(receiver.Operation))
            {
                // As C# does, a copy is changed.
                var copy = new VariableValue(new("copy", value.Type), place);
                copies.Add(new(copy, value, place));
                value = copy;
            }
            else if (receiver.IsChanged)
            {
                value = CheckTarget(receiver.Operation, value);
            }

            passed.Insert(0, (0, receiver.IsChanged ? Passing.Reference : receiver.Operation.Type is { IsValueType: true } ? Passing.In : Passing.Value, value));
        }

        ReportAliases(passed, place);
        var references = passed.Where(p => p.Passing == Passing.Reference).Aggregate(0UL, (all, p) => all | (1UL << p.Ordinal));
        if (copies.Count == 0 && passed.Select(p => p.Ordinal).SequenceEqual(Enumerable.Range(0, passed.Count))) return call([.. passed.Select(p => p.Value)], references);
        var arguments = new Expression[passed.Count];
        foreach (var (ordinal, passing, value) in passed)
        {
            if (passing == Passing.Reference || (passing == Passing.In && (Root(value) is not null || ElementOf(value) is not null)))
            {
                arguments[ordinal] = value;
                continue;
            }

            var held = new VariableValue(new("argument", value.Type), place);
            copies.Add(new(held, value, place));
            arguments[ordinal] = held;
        }

        return new Let(copies.ToImmutable(), call([.. arguments], references), place);
    }

    private static Passing PassingFor(IParameterSymbol parameter) =>
        parameter.RefKind switch { RefKind.None => Passing.Value, RefKind.In => Passing.In, _ => Passing.Reference };

    private Expression BindArgument(IArgumentOperation argument)
    {
        if (PassingFor(argument.Parameter!) != Passing.Reference) return BindExpression(IsAnyArray(argument) ? Unwrapped(argument) : argument.Value);
        if (argument.Value is IDiscardOperation discard) return new VariableValue(new("discard", TypeOf(discard.Type, PlaceOf(discard))), PlaceOf(discard));
        return BindTarget(argument.Value);
    }

    /// <summary>C# calls a method on it itself, not on a copy.</summary>
    private bool IsWritable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local.RefKind is not RefKind.RefReadOnly,
        IParameterReferenceOperation parameter => parameter.Parameter.RefKind is RefKind.None or RefKind.Ref or RefKind.Out,
        IFieldReferenceOperation { Instance: { } owner } field => (!field.Field.IsReadOnly || method.MethodKind == MethodKind.Constructor) && IsWritable(owner),
        IArrayElementReferenceOperation => true,
        IPropertyReferenceOperation { Instance: { } span, Property.IsIndexer: true } => span.Type is { Name: "Span" },
        IImplicitIndexerReferenceOperation element => element.Instance.Type is IArrayTypeSymbol or { Name: "Span" },
        IInstanceReferenceOperation => !method.IsReadOnly && !method.ContainingType.IsReadOnly,
        _ => false,
    };

    // What C# passes by reference we pass by value and take back, which is the same unless something else reaches it.
    private void ReportAliases(List<(int Ordinal, Passing Passing, Expression Value)> passed, Location place)
    {
        for (var i = 0; i < passed.Count; i++)
        {
            if (passed[i].Passing == Passing.Value || Root(passed[i].Value) is not { } variable) continue;
            if (passed.Skip(i + 1).Any(later => Effects.Assigns(later.Value, variable))) diagnostics.UnsupportedExpression(place, "an argument that changes what is passed by reference");
            for (var j = 0; j < passed.Count; j++)
            {
                if (j == i || passed[i].Passing != Passing.Reference || passed[j].Passing == Passing.Value || (j < i && passed[j].Passing == Passing.Reference)) continue;
                if (Root(passed[j].Value) == variable && Overlap(passed[i].Value, passed[j].Value)) diagnostics.UnsupportedExpression(place, "passing one variable by reference twice");
            }
        }
    }

    private static bool Overlap(Expression a, Expression b)
    {
        var (first, second) = (Path(a), Path(b));
        return first.Zip(second).All(pair => pair.First == pair.Second);

        static List<int> Path(Expression target) => target is TupleElement element ? [.. Path(element.Tuple), element.Index] : [];
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
