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
        return isPlus ? operand : new Unary(found!.Value, operand, unary.IsChecked, ScalarOf(unary.Type, place), place);
    }

    private Expression BindBinary(IBinaryOperation binary)
    {
        var place = PlaceOf(binary);
        if (IsString(binary.Type) && binary.OperatorKind == BinaryOperatorKind.Add) return BindConcatenation(binary.LeftOperand, binary.RightOperand, place);
        if ((binary.OperatorKind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals) && IsString(binary.LeftOperand.Type) && IsString(binary.RightOperand.Type))
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

        return Operate(binary.OperatorKind, left, right, binary.IsChecked, TypeOf(binary.Type, place), binary);
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
        if (IsString(compound.Type) && compound.OperatorKind == BinaryOperatorKind.Add && Root(target) is not null)
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
        var result = Operate(compound.OperatorKind, left, operand, compound.IsChecked, wide, compound);
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
        var result = new Binary(kind, Converted(new VariableValue(old, place), wide, false, place), one, increment.IsChecked, wide, place);
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

        return new Assign(BindTarget(assignment.Target), BindExpression(assignment.Value), place);
    }

    private Expression BindDeconstruction(IDeconstructionAssignmentOperation deconstruction)
    {
        var place = PlaceOf(deconstruction);
        var targets = deconstruction.Target is IDeclarationExpressionOperation { Expression: ITupleOperation declared } ? declared : deconstruction.Target as ITupleOperation;
        var value = Deconstructed(deconstruction.Value is IConversionOperation { Type.IsTupleType: true, IsImplicit: true } conversion ? conversion.Operand : deconstruction.Value);
        if (targets is null || value?.Type is not TupleType tuple || targets.Elements.Length != tuple.Elements.Length)
        {
            diagnostics.UnsupportedExpression(place, Describe(deconstruction));
            return Missing(place);
        }

        var bound = targets.Elements.Select(element => element is IDiscardOperation ? null : BindTarget(element)).ToList();
        for (var i = 0; i < bound.Count; i++)
        {
            if (bound[i] is not { } target || target.Type == tuple.Elements[i]) continue;
            diagnostics.UnsupportedExpression(PlaceOf(targets.Elements[i]), "a conversion while deconstructing");
            return Missing(place);
        }

        return new Deconstruction([.. bound], value, place);
    }

    private Expression BindTarget(IOperation operation)
    {
        if (operation is IDeclarationExpressionOperation declaration) operation = declaration.Expression;
        if (operation is ILocalReferenceOperation { IsDeclaration: true } declared)
        {
            return new VariableValue(Declare(declared.Local, PlaceOf(operation)), PlaceOf(operation));
        }

        var target = BindExpression(operation);
        switch (target)
        {
            case VariableValue or TupleElement when Root(target) is { } variable:
                if (variable == self && method.MethodKind != MethodKind.Constructor) diagnostics.UnsupportedExpression(PlaceOf(operation), "changing a struct in one of its methods");
                return target;
            case Element { Array: StaticArray array }:
                diagnostics.ConstantArrayWritten(PlaceOf(operation), (array.Key as IFieldSymbol)?.Name ?? "text");
                return target;
            case Element:
                return target;
            case Constant or StaticArray:
                // Reported already, or a field that the compiler read as a constant.
                if (operation is IFieldReferenceOperation field) diagnostics.MutableState(PlaceOf(operation), field.Field.Name);
                return Missing(PlaceOf(operation));
            default:
                diagnostics.UnsupportedExpression(PlaceOf(operation), $"assigning to {Describe(operation)}");
                return target;
        }
    }

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
