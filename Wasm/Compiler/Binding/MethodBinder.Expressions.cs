using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

internal sealed partial class MethodBinder
{
    private Expression BindExpression(IOperation operation)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var place = PlaceOf(operation);
        if (operation.ConstantValue is { HasValue: true } constant)
        {
            if (constant.Value is null && KnownType(operation.Type) is ArrayType text1) return new NullValue(text1, place);
            if (constant.Value is null) return Null(operation, place);
            if (constant.Value is string text) return Literal(text, place);
            if (KnownScalar(operation.Type) is { } type) return Constants.Of(type, constant.Value, place);
        }

        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return BindExpression(parenthesized.Operand);
            case ILocalReferenceOperation local:
                return VariableOf(local.Local, place);
            case IParameterReferenceOperation parameter:
                return VariableOf(parameter.Parameter, place);
            case IFieldReferenceOperation field:
                return BindField(field);
            case IPropertyReferenceOperation property:
                return BindProperty(property);
            case IInterpolatedStringOperation interpolation:
                return BindInterpolation(interpolation);
            case IInstanceReferenceOperation instance:
                return BindInstance(instance);
            case IWithOperation with:
                return BindWith(with);
            case ITupleBinaryOperation comparison:
                return BindTupleComparison(comparison);
            case IArrayElementReferenceOperation element:
                return BindElement(element);
            case IImplicitIndexerReferenceOperation element:
                return BindElement(element, element.Instance, element.Argument);
            case IArrayCreationOperation creation:
                return BindArrayCreation(creation);
            case ICollectionExpressionOperation collection:
                return BindArrayLiteral(collection.Type, collection.Elements, place);
            case IConversionOperation conversion:
                return BindConversion(conversion);
            case IUnaryOperation unary:
                return BindUnary(unary);
            case IBinaryOperation binary:
                return BindBinary(binary);
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return new Conditional(
                    BindExpression(conditional.Condition), BindExpression(conditional.WhenTrue), BindExpression(otherwise),
                    TypeOf(operation.Type, place), place);
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                return BindAssignment(assignment);
            case ISimpleAssignmentOperation { Target: ILocalReferenceOperation local } assignment when variables.TryGetValue(local.Local, out var reference) && references.Contains(reference):
                return BindReference(reference, assignment);
            case ICompoundAssignmentOperation compound:
                return BindCompound(compound);
            case IIncrementOrDecrementOperation increment:
                return BindIncrement(increment);
            case IDeconstructionAssignmentOperation deconstruction:
                return BindDeconstruction(deconstruction);
            case ITupleOperation tuple:
                return TypeOf(operation.Type, place) is TupleType type ? new TupleLiteral(type, [.. tuple.Elements.Select(BindExpression)], place) : Missing(place);
            case IInvocationOperation invocation:
                return BindInvocation(invocation);
            case IObjectCreationOperation { Initializer: null, Constructor: { } constructor } creation when KnownType(creation.Type) is ArrayType:
                return BindLibrary(constructor, "Create", null, creation.Arguments, place);
            case IObjectCreationOperation creation:
                return BindCreation(creation);
            case IIsPatternOperation pattern:
                return BindIsPattern(pattern);
            case ISwitchExpressionOperation expression:
                return BindSwitchExpression(expression);
            case IDefaultValueOperation when KnownType(operation.Type) is TupleType tupleType:
                return Zero(tupleType, place);
            case IDefaultValueOperation when KnownScalar(operation.Type) is { } scalar:
                return Constants.Zero(scalar, place);
            case IDefaultValueOperation when KnownType(operation.Type) is ArrayType span && operation.Type is not IArrayTypeSymbol && !IsString(operation.Type):
                return new ArrayLiteral(span, [], place);
            case IDefaultValueOperation when KnownType(operation.Type) is ArrayType reference:
                return new NullValue(reference, place);
            case ICoalesceOperation coalesce:
                return BindCoalesce(coalesce);
            case ICoalesceAssignmentOperation coalesce:
                return BindCoalesce(coalesce);
            case IThrowOperation thrown:
                return BindThrow(thrown, TypeOf(operation.Type ?? operation.Parent?.Type, place));
            default:
                diagnostics.UnsupportedExpression(place, Describe(operation));
                return Missing(place);
        }
    }

    // Only arrays and strings can be null; the conversion around it says what it is meant for.
    private Expression Null(IOperation operation, Location place)
    {
        if (operation.Parent is IConversionOperation conversion && KnownType(conversion.Type) is ArrayType type) return new NullValue(type, place);
        diagnostics.Null(place);
        return Missing(place);
    }

    private Expression BindCoalesce(ICoalesceOperation coalesce)
    {
        var place = PlaceOf(coalesce);
        var value = BindExpression(coalesce.Value);
        var otherwise = BindExpression(coalesce.WhenNull);
        if (value.Type is not ArrayType type || otherwise.Type != value.Type && otherwise is not Throw)
        {
            diagnostics.UnsupportedExpression(place, Describe(coalesce));
            return Missing(place);
        }

        var (first, again) = Held(value, place);
        return new Conditional(new SameReference(first, new NullValue(type, place), place), otherwise, again, type, place);
    }

    private Expression BindCoalesce(ICoalesceAssignmentOperation coalesce)
    {
        var place = PlaceOf(coalesce);
        var target = BindTarget(coalesce.Target);
        var otherwise = BindExpression(coalesce.Value);
        if (target.Type is not ArrayType type || otherwise.Type != type || Root(target) is null)
        {
            diagnostics.UnsupportedExpression(place, Describe(coalesce));
            return Missing(place);
        }

        return new Conditional(new SameReference(target, new NullValue(type, place), place), new Assign(target, otherwise, place), target, type, place);
    }

    private Expression BindField(IFieldReferenceOperation reference)
    {
        var place = PlaceOf(reference);
        var field = reference.Field;
        if (reference.Instance is { } instance && field.ContainingType.IsTupleType)
        {
            var index = field.ContainingType.TupleElements.IndexOf(field, SymbolEqualityComparer.Default);
            if (index < 0) index = field.ContainingType.TupleElements.Select(e => e.CorrespondingTupleField).ToList().FindIndex(e => SymbolEqualityComparer.Default.Equals(e, field.CorrespondingTupleField));
            return new TupleElement(BindExpression(instance), index, TypeOf(reference.Type, place), place);
        }

        if (reference.Instance is { } owner && field.ContainingType.IsValueType) return FieldOf(BindExpression(owner), field, place);
        if (IsString(field.ContainingType) && field.Name == "Empty") return Literal("", place);
        if (field.IsStatic && !field.IsReadOnly) diagnostics.MutableState(place, field.Name);
        else if (field.IsStatic && StaticFields.Read(program, field, place) is { } value) return value;
        else if (field.IsStatic) diagnostics.NotConstant(place, field.Name);
        else diagnostics.UnsupportedExpression(place, Describe(reference));
        return Missing(place);
    }

    private Expression BindProperty(IPropertyReferenceOperation reference)
    {
        var place = PlaceOf(reference);
        if (reference.Instance is { } instance && KnownType(instance.Type) is ArrayType)
        {
            if (reference.Property.Name == "Length") return new ArrayLength(BindExpression(instance), place, MayBeNull(instance.Type));
            if (reference.Property.Name == "IsEmpty") return new Binary(BinaryOperator.Equal, new ArrayLength(BindExpression(instance), place), Constants.I32(0, place), false, CsType.Bool, place);
            if (reference.Property.IsIndexer && reference.Arguments is [var index]) return BindElement(reference, instance, index.Value);
            if (reference.Property.Name == "LongLength") return new Convert(CsType.I64, new ArrayLength(BindExpression(instance), place, MayBeNull(instance.Type)), false, place);
        }

        var property = reference.Property;
        if (property.ContainingType.IsValueType && reference.Instance is { } value && BackingFieldOf(property) is { } field) return FieldOf(BindExpression(value), field, place);
        if (property.GetMethod is { IsStatic: true } now && Library.ImportOf(now) is >= 0 and var import) return ImportOf(now, import, [], place);
        if (property.GetMethod is { DeclaringSyntaxReferences.Length: > 0 } getter && (property.IsStatic || property.ContainingType.IsValueType) && BackingFieldOf(property) is null)
        {
            return CallOf(getter, reference.Instance, reference.Arguments, place);
        }

        diagnostics.UnsupportedExpression(place, Describe(reference));
        return Missing(place);
    }

    private Expression BindArrayCreation(IArrayCreationOperation creation)
    {
        var place = PlaceOf(creation);
        if (creation.Initializer is { } initializer) return BindArrayLiteral(creation.Type, initializer.ElementValues, place);
        if (creation.DimensionSizes is not [var size] || TypeOf(creation.Type, place) is not ArrayType array)
        {
            if (creation.DimensionSizes.Length != 1) diagnostics.UnsupportedType(place, creation.Type?.ToDisplayString() ?? "?");
            return Missing(place);
        }

        // A ulong keeps its meaning as a checked long: what does not fit is too many elements anyway.
        var count = BindExpression(size);
        var wide = count.Type is ScalarType { Kind: Format.FogKind.I64 or Format.FogKind.U32 or Format.FogKind.U64 };
        return new NewArray(array, Converted(count, wide ? CsType.I64 : CsType.I32, isChecked: wide, place), place);
    }

    private Expression BindArrayLiteral(ITypeSymbol? type, ImmutableArray<IOperation> items, Location place)
    {
        if (TypeOf(type, place) is not ArrayType array) return Missing(place);
        var values = ImmutableArray.CreateBuilder<Expression>();
        foreach (var item in items) values.Add(BindExpression(item));
        return new ArrayLiteral(array, values.ToImmutable(), place);
    }

    private Expression BindConversion(IConversionOperation conversion)
    {
        var place = PlaceOf(conversion);
        // Between arrays and spans nothing happens.
        if (KnownType(conversion.Type) is ArrayType array && array == KnownType(conversion.Operand.Type)) return BindExpression(conversion.Operand);
        if (conversion.OperatorMethod is { DeclaringSyntaxReferences.Length: > 0 } method && SymbolEqualityComparer.Default.Equals(method.ReturnType, conversion.Type)
            && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, conversion.Operand.Type))
        {
            return BindOperator(method, [conversion.Operand], conversion);
        }

        if (conversion.OperatorMethod is not null)
        {
            diagnostics.UnsupportedExpression(place, Describe(conversion));
            return Missing(place);
        }

        // Roslyn gives 'default' and target-typed switch expressions an outer conversion to their own type.
        var type = TypeOf(conversion.Type, place);
        var operand = BindExpression(conversion.Operand);

        // Roslyn says it of numbers only, though conversions to and from enums overflow as well.
        var isChecked = IsChecked(conversion, conversion.IsChecked) || ((IsEnum(conversion.Type) || IsEnum(conversion.Operand.Type)) && IsInCheckedContext(conversion.Syntax));
        if (operand.Type is ScalarType || operand.Type == type) return Converted(operand, type, isChecked, place);
        if (operand is TupleLiteral literal && type is TupleType tuple)
        {
            return new TupleLiteral(tuple, [.. literal.Items.Select((item, i) => Converted(item, tuple.Elements[i], IsChecked(conversion, conversion.IsChecked), place))], place);
        }

        diagnostics.UnsupportedExpression(place, Describe(conversion));
        return Missing(place);
    }

    private Expression Converted(Expression value, CsType type, bool isChecked, Location place)
    {
        if (value.Type == type || value is Throw) return value;
        if (value.Type is ScalarType from && type is ScalarType to && (from.Kind == Format.FogKind.Bool) == (to.Kind == Format.FogKind.Bool)) return new Convert(to, value, isChecked, place);
        diagnostics.UnsupportedExpression(place, "this conversion");
        return Missing(place);
    }
}
