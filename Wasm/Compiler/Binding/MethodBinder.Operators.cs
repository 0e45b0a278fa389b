using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

internal sealed partial class MethodBinder
{
    private Expression BindUnary(IUnaryOperation unary)
    {
        var place = PlaceOf(unary);
        UnaryOperator? found = unary.OperatorKind switch
        {
            UnaryOperatorKind.Minus => UnaryOperator.Negate,
            UnaryOperatorKind.BitwiseNegation => UnaryOperator.Complement,
            UnaryOperatorKind.Not => UnaryOperator.Not,
            _ => null,
        };
        var isPlus = unary.OperatorKind == UnaryOperatorKind.Plus;
        if (unary is { OperatorMethod: { } method, IsLifted: false }) return BindOperator(method, [unary.Operand], unary);
        if (unary.OperatorMethod is not null || unary.IsLifted || (found is null && !isPlus))
        {
            diagnostics.UnsupportedExpression(place, Describe(unary));
            return Missing(place);
        }

        var operand = BindExpression(unary.Operand);
        return isPlus ? operand : new Unary(found!.Value, operand, IsChecked(unary, unary.IsChecked), ScalarOf(unary.Type, place), place);
    }

    private Expression BindBinary(IBinaryOperation binary)
    {
        var place = PlaceOf(binary);
        if (IsString(binary.Type) && binary.OperatorKind == BinaryOperatorKind.Add) return BindConcatenation(binary.LeftOperand, binary.RightOperand, place);
        if ((binary.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals) && IsString(binary.LeftOperand.Type) && IsString(binary.RightOperand.Type)
            && !IsNull(binary.LeftOperand) && !IsNull(binary.RightOperand))
        {
            return SameText(BindExpression(binary.LeftOperand), BindExpression(binary.RightOperand), binary.OperatorKind == BinaryOperatorKind.Equals, place);
        }

        if (binary is { OperatorMethod: { } method, IsLifted: false, OperatorKind: not (BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr) })
        {
            return BindOperator(method, [binary.LeftOperand, binary.RightOperand], binary);
        }

        if (binary.OperatorMethod is not null || binary.IsLifted)
        {
            diagnostics.UnsupportedExpression(place, Describe(binary));
            return Missing(place);
        }

        if (binary.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals && BindIdentity(binary) is { } identity) return identity;
        var left = BindExpression(binary.LeftOperand);
        var right = BindExpression(binary.RightOperand);
        if (binary.OperatorKind is BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr)
        {
            return new ShortCircuit(binary.OperatorKind == BinaryOperatorKind.ConditionalAnd, left, right, place);
        }

        if (left.Type is not ScalarType || right.Type is not ScalarType)
        {
            diagnostics.UnsupportedExpression(place, Describe(binary));
            return Missing(place);
        }

        // An enum and its underlying type, which may be narrower than an int.
        if (IsEnum(binary.LeftOperand.Type) && !IsEnum(binary.RightOperand.Type)) right = Converted(right, left.Type, false, place);
        if (IsEnum(binary.RightOperand.Type) && !IsEnum(binary.LeftOperand.Type)) left = Converted(left, right.Type, false, place);

        return Operate(binary.OperatorKind, left, right, IsChecked(binary, binary.IsChecked), TypeOf(binary.Type, place), binary);
    }

    private Expression Operate(BinaryOperatorKind kind, Expression left, Expression right, bool isChecked, CsType type, IOperation source)
    {
        var place = PlaceOf(source);
        BinaryOperator? found = kind switch
        {
            BinaryOperatorKind.Add => BinaryOperator.Add,
            BinaryOperatorKind.Subtract => BinaryOperator.Subtract,
            BinaryOperatorKind.Multiply => BinaryOperator.Multiply,
            BinaryOperatorKind.Divide => BinaryOperator.Divide,
            BinaryOperatorKind.Remainder => BinaryOperator.Remainder,
            BinaryOperatorKind.And => BinaryOperator.And,
            BinaryOperatorKind.Or => BinaryOperator.Or,
            BinaryOperatorKind.ExclusiveOr => BinaryOperator.Xor,
            BinaryOperatorKind.LeftShift => BinaryOperator.ShiftLeft,
            BinaryOperatorKind.RightShift => BinaryOperator.ShiftRight,
            BinaryOperatorKind.UnsignedRightShift => BinaryOperator.ShiftRightUnsigned,
            BinaryOperatorKind.Equals => BinaryOperator.Equal,
            BinaryOperatorKind.NotEquals => BinaryOperator.NotEqual,
            BinaryOperatorKind.LessThan => BinaryOperator.Less,
            BinaryOperatorKind.LessThanOrEqual => BinaryOperator.LessOrEqual,
            BinaryOperatorKind.GreaterThan => BinaryOperator.Greater,
            BinaryOperatorKind.GreaterThanOrEqual => BinaryOperator.GreaterOrEqual,
            _ => null,
        };
        if (found is not { } operation)
        {
            diagnostics.UnsupportedExpression(place, Describe(source));
            return Missing(place);
        }

        return new Binary(operation, left, right, isChecked, type, place);
    }

    private Expression BindCompound(ICompoundAssignmentOperation compound)
    {
        var place = PlaceOf(compound);
        var target = BindTarget(compound.Target);
        if (IsString(compound.Type) && compound.OperatorKind == BinaryOperatorKind.Add && (Root(target) is not null || target is Element { Array: VariableValue, Index: VariableValue or Constant }))
        {
            return new Assign(target, CallText("Concat", Text, place, target, BindText(compound.Value)), place);
        }

        if (compound is { OperatorMethod: { IsStatic: true, DeclaringSyntaxReferences.Length: > 0 } method, IsLifted: false } && Root(target) is not null
            && compound.InConversion.IsIdentity && compound.OutConversion.IsIdentity)
        {
            return new Assign(target, new Call(method, [target, BindExpression(compound.Value)], target.Type, place), place);
        }

        if (compound.OperatorMethod is not null || compound.IsLifted || target.Type is not ScalarType type)
        {
            diagnostics.UnsupportedExpression(place, Describe(compound));
            return Missing(place);
        }

        // x op= y  is  x = (T)((U)x op y), where U is the operator's left type.
        var old = new Variable("old", type);
        var operand = BindExpression(compound.Value);
        var isShift = compound.OperatorKind is BinaryOperatorKind.LeftShift or BinaryOperatorKind.RightShift or BinaryOperatorKind.UnsignedRightShift;
        var wide = isShift ? Promoted(type) : operand.Type is ScalarType given && !IsEnum(compound.Target.Type) ? given : type;
        if (!isShift) operand = Converted(operand, wide, false, place);
        var left = Converted(new VariableValue(old, place), wide, false, place);
        var result = Operate(compound.OperatorKind, left, operand, IsChecked(compound, compound.IsChecked), wide, compound);
        return new Update(target, old, Converted(result, type, IsInCheckedContext(compound.Syntax), place), GivesOld: false, place);
    }

    private Expression BindIncrement(IIncrementOrDecrementOperation increment)
    {
        var place = PlaceOf(increment);
        var target = BindTarget(increment.Target);
        if (increment.OperatorMethod is not null || increment.IsLifted || target.Type is not ScalarType type)
        {
            diagnostics.UnsupportedExpression(place, Describe(increment));
            return Missing(place);
        }

        var old = new Variable("old", type);
        var wide = Promoted(type);
        var one = new Constant(wide, wide.Kind switch { FogKind.F32 => BitConverter.SingleToInt32Bits(1), FogKind.F64 => BitConverter.DoubleToInt64Bits(1), _ => 1 }, place);
        var kind = increment.Kind == OperationKind.Increment ? BinaryOperator.Add : BinaryOperator.Subtract;
        var result = new Binary(kind, Converted(new VariableValue(old, place), wide, false, place), one, IsChecked(increment, increment.IsChecked), wide, place);
        return new Update(target, old, Converted(result, type, IsInCheckedContext(increment.Syntax), place), increment.IsPostfix, place);
    }

    private Expression BindAssignment(ISimpleAssignmentOperation assignment)
    {
        var place = PlaceOf(assignment);
        if (assignment.Target is IDiscardOperation)
        {
            // Only the effect counts.
            var value = BindExpression(assignment.Value);
            return new Let([new Assign(new VariableValue(new("discard", value.Type), place), value, place)], value.Type is ScalarType scalar ? Constants.Zero(scalar, place) : Missing(place), place);
        }

        if (assignment.Target is IPropertyReferenceOperation { Property: { SetMethod: { DeclaringSyntaxReferences.Length: > 0 } setter } property } target
            && property.ContainingType.IsValueType && BackingFieldOf(property) is null)
        {
            return BindSetter(assignment, target, setter);
        }

        return new Assign(BindTarget(assignment.Target), BindExpression(assignment.Value), place);
    }

    private Expression BindSetter(ISimpleAssignmentOperation assignment, IPropertyReferenceOperation target, IMethodSymbol setter)
    {
        var place = PlaceOf(assignment);
        if (assignment.Parent is not IExpressionStatementOperation)
        {
            diagnostics.UnsupportedExpression(place, Describe(assignment));
            return Missing(place);
        }

        return InOrderOn(Receiver(setter, target.Instance), target.Arguments, place, (arguments, references) =>
            new Call(setter, arguments.Add(BindExpression(assignment.Value)), CsType.Void, place, references));
    }

    private Expression BindDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        var operand = deconstruction.Value is IConversionOperation { Type.IsTupleType: true, IsImplicit: true } conversion ? conversion.Operand : deconstruction.Value;
        return BindDeconstruction(deconstruction.Target, BindExpression(operand), operand.Type, deconstruction);
    }

    private Expression BindDeconstruction(IOperation target, Expression value, ITypeSymbol? type, IOperation source)
    {
        var place = PlaceOf(source);
        var targets = new List<Expression?>();
        var items = new List<Expression>();
        var held = new VariableValue(new("taken apart", value.Type), place);
        if (!TakeApart(target, held, type, targets, items))
        {
            diagnostics.UnsupportedExpression(place, Describe(source));
            return Missing(place);
        }

        // As it comes, or part by part where there are conversions or tuples within.
        var tuple = new TupleType([.. items.Select(i => i.Type)]);
        return tuple == value.Type && items.All(i => i is TupleElement)
            ? new Deconstruction([.. targets], value, place)
            : new Deconstruction([.. targets], new Let([new(held, value, place)], new TupleLiteral(tuple, [.. items], place), place), place);
    }

    private bool TakeApart(IOperation target, Expression value, ITypeSymbol? type, List<Expression?> targets, List<Expression> items)
    {
        if (target is IDeclarationExpressionOperation { Expression: ITupleOperation declared }) target = declared;
        if (target is not ITupleOperation list || value.Type is not TupleType tuple || list.Elements.Length != tuple.Elements.Length || !IsPositional(type)) return false;
        var types = type is INamedTypeSymbol { IsTupleType: true } named ? named.TupleElements.Select(e => e.Type).ToList() : Types.FieldsOf((INamedTypeSymbol)type!).Select(f => f.Type).ToList();
        for (var i = 0; i < list.Elements.Length; i++)
        {
            var element = list.Elements[i];
            var item = new TupleElement(value, i, tuple.Elements[i], PlaceOf(element));
            if (element is ITupleOperation or IDeclarationExpressionOperation { Expression: ITupleOperation })
            {
                if (!TakeApart(element, item, types[i], targets, items)) return false;
                continue;
            }

            var bound = element is IDiscardOperation ? null : BindTarget(element);
            targets.Add(bound);
            items.Add(bound is null || bound.Type == item.Type ? item : Converted(item, bound.Type, IsInCheckedContext(element.Syntax), item.Place));
        }

        return true;
    }

    private Expression BindTarget(IOperation operation)
    {
        if (operation is IDeclarationExpressionOperation declaration) operation = declaration.Expression;
        if (operation is ILocalReferenceOperation { IsDeclaration: true } declared)
        {
            return new VariableValue(Declare(declared.Local, PlaceOf(operation)), PlaceOf(operation));
        }

        return CheckTarget(operation, BindExpression(operation));
    }

    private Expression CheckTarget(IOperation operation, Expression target)
    {
        switch (target)
        {
            case VariableValue or TupleElement when Root(target) is not null:
                return target;
            case TupleElement element when ElementOf(element) is { } whole:
                CheckTarget(operation, whole);
                return target;
            case Element { Array: StaticArray array }:
                diagnostics.ConstantArrayWritten(PlaceOf(operation), (array.Key as IFieldSymbol)?.Name ?? "text");
                return target;
            case Element:
                return target;
            case Constant or StaticArray or TupleLiteral:
                // Reported already, or a field that the compiler read as a constant.
                if (operation is IFieldReferenceOperation field) diagnostics.MutableState(PlaceOf(operation), field.Field.Name);
                return Missing(PlaceOf(operation));
            default:
                diagnostics.UnsupportedExpression(PlaceOf(operation), $"assigning to {Describe(operation)}");
                return target;
        }
    }

    /// <summary>Whether two arrays are the same one, or an array or a string is null.</summary>
    private Expression? BindIdentity(IBinaryOperation binary)
    {
        var place = PlaceOf(binary);
        var (left, right) = (AsItIs(binary.LeftOperand), AsItIs(binary.RightOperand));
        if (IsNull(left)) (left, right) = (right, left);
        if (KnownType(left.Type) is not ArrayType type || Types.IsSpan(left.Type) || (!IsNull(right) && right.Type is not IArrayTypeSymbol)) return null;
        var same = new SameReference(BindExpression(left), IsNull(right) ? new NullValue(type, place) : BindExpression(right), place);
        return binary.OperatorKind == BinaryOperatorKind.Equals ? same : new Unary(UnaryOperator.Not, same, false, CsType.Bool, place);
    }

    private static IOperation AsItIs(IOperation operation) =>
        operation is IConversionOperation { IsImplicit: true, Type.SpecialType: SpecialType.System_Object } conversion ? conversion.Operand : operation;

    private static bool IsNull(IOperation operation) => operation.ConstantValue is { HasValue: true, Value: null };

    private static Element? ElementOf(Expression target) => target switch
    {
        Element element => element,
        TupleElement part => ElementOf(part.Tuple),
        _ => null,
    };

    // Whether the conversion back to the target's type is checked: operators that cannot overflow do not say.
    private static bool IsInCheckedContext(SyntaxNode node)
    {
        foreach (var outer in node.Ancestors())
        {
            if (outer.Kind() is SyntaxKind.CheckedExpression or SyntaxKind.CheckedStatement) return true;
            if (outer.Kind() is SyntaxKind.UncheckedExpression or SyntaxKind.UncheckedStatement) return false;
        }

        return false;
    }

    private static bool IsEnum(ITypeSymbol? type) => type is { TypeKind: TypeKind.Enum };

    /// <summary>What unary and shift operators work on.</summary>
    private static ScalarType Promoted(ScalarType type) => type.IsSmall ? CsType.I32 : type;
}
