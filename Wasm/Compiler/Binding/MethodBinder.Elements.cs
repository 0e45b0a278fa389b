using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Elements and ranges of arrays and spans.</summary>
internal sealed partial class MethodBinder
{
    private Expression BindElement(IArrayElementReferenceOperation element)
    {
        if (element.Indices is [var index]) return BindElement(element, element.ArrayReference, index);
        diagnostics.UnsupportedExpression(PlaceOf(element), Describe(element));
        return Missing(PlaceOf(element));
    }

    private Expression BindElement(IOperation element, IOperation instance, IOperation index)
    {
        var place = PlaceOf(element);
        if (KnownType(instance.Type) is not ArrayType type)
        {
            diagnostics.UnsupportedExpression(place, Describe(element));
            return Missing(place);
        }

        if (index is IRangeOperation range) return BindRange(element, instance, range, type);
        if (index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } fromEnd)
        {
            var (array, held) = Held(IfNotNull(BindExpression(instance), instance.Type, Failure.NullReference, place), place);
            return new Element(array, FromEnd(held, fromEnd.Operand, place), type.Element, MayBeNull(instance.Type), place);
        }

        if (KnownScalar(index.Type) is not { } number)
        {
            diagnostics.UnsupportedExpression(PlaceOf(index), Describe(index));
            return Missing(place);
        }

        var at = BindExpression(index);
        return new Element(BindExpression(instance), number.Bytes < 4 ? Converted(at, CsType.I32, false, place) : at, type.Element, MayBeNull(instance.Type), place);
    }

    private Expression BindRange(IOperation element, IOperation instance, IRangeOperation range, ArrayType type)
    {
        var place = PlaceOf(element);
        if (End(range.LeftOperand) is null && range.LeftOperand is not null || End(range.RightOperand) is null && range.RightOperand is not null)
        {
            diagnostics.UnsupportedExpression(PlaceOf(range), Describe(range));
            return Missing(place);
        }

        var (value, held) = Held(IfNotNull(BindExpression(instance), instance.Type, Failure.NullReference, place), place);
        var start = Position(range.LeftOperand, held, Constants.I32(0, place), place);
        var end = Position(range.RightOperand, held, new ArrayLength(held, place), place);
        return RangeOf(instance.Type, type, value, start, end, place);
    }

    private Call RangeOf(ITypeSymbol? owner, ArrayType type, Expression value, Expression start, Expression end, Location place)
    {
        var (library, item) = Actual(owner) switch
        {
            IArrayTypeSymbol array => ("Array", (ImmutableArray<ITypeSymbol>)[array.ElementType]),
            INamedTypeSymbol { TypeArguments: [_] arguments } => ("Span", arguments),
            _ => ("String", []),
        };
        var source = program.FindEmbedded($"Fog.Wasm.Compiler.Prelude.{library}Library", "Range", item, [type, CsType.I32, CsType.I32])
            ?? throw new InvalidOperationException("no Range in the prelude");
        return new(source, [value, start, end], type, place);
    }

    private Expression Position(IOperation? operand, VariableValue array, Expression otherwise, Location place)
    {
        if (End(operand) is not { } index) return otherwise;
        return index is IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } fromEnd ? FromEnd(array, fromEnd.Operand, place) : Converted(BindExpression(index), CsType.I32, false, place);
    }

    /// <summary>An end of a range without its conversion to Index; null when there is none, or it is a value of that type.</summary>
    private static IOperation? End(IOperation? operand) => operand switch
    {
        IConversionOperation { IsImplicit: true, Type.Name: "Index" } conversion => conversion.Operand,
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Hat } => operand,
        _ => null,
    };

    private Binary FromEnd(VariableValue array, IOperation distance, Location place) =>
        new(BinaryOperator.Subtract, new ArrayLength(array, place), Converted(BindExpression(distance), CsType.I32, false, place), false, CsType.I32, place);

    private bool MayBeNull(ITypeSymbol? type) => !trusted && program.MayHaveNulls && !Types.IsSpan(type);

    private Expression IfNotNull(Expression value, ITypeSymbol? type, Failure failure, Location place) =>
        value.Type is ArrayType && MayBeNull(type) && value is not (StaticArray or ArrayLiteral or NewArray) ? new NotNull(value, failure, place) : value;

    /// <summary>A value that is read again after it was evaluated.</summary>
    private static (Expression Value, VariableValue Again) Held(Expression value, Location place)
    {
        var held = new VariableValue(new("held", value.Type), place);
        return (new Let([new(held, value, place)], held, place), held);
    }
}
