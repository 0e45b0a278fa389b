using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Switches and patterns: every pattern becomes a condition on a variable that holds the value.</summary>
internal sealed partial class MethodBinder
{
    private Statement BindSwitch(ISwitchOperation branch)
    {
        var exit = jumpTargets[branch.ExitLabel] = new();
        var value = BindExpression(branch.Value);
        if (value.Type is not ScalarType && !IsString(branch.Value.Type))
        {
            diagnostics.UnsupportedType(PlaceOf(branch.Value), branch.Value.Type?.ToDisplayString() ?? "?");
            return new Block([]);
        }

        var held = new Variable("switch", value.Type);
        var sections = ImmutableArray.CreateBuilder<SwitchSection>();
        foreach (var section in branch.Cases)
        {
            var labels = section.Clauses.Select(clause => BindClause(clause, new(held, PlaceOf(clause)))).ToImmutableArray();
            sections.Add(new(labels, new Block([.. section.Body.Select(BindStatement)])));
        }

        return new Switch(held, value, sections.ToImmutable(), exit);
    }

    private Expression? BindClause(ICaseClauseOperation clause, VariableValue value)
    {
        switch (clause)
        {
            case IDefaultCaseClauseOperation:
                return null;
            case ISingleValueCaseClauseOperation single:
                return Equal(value, single.Value);
            case IPatternCaseClauseOperation pattern:
                var holds = BindPattern(pattern.Pattern, value);
                return pattern.Guard is { } guard ? new ShortCircuit(true, holds, BindExpression(guard), value.Place) : holds;
            default:
                diagnostics.UnsupportedExpression(PlaceOf(clause), Describe(clause));
                return Missing(value.Place);
        }
    }

    private Expression BindIsPattern(IIsPatternOperation test)
    {
        var place = PlaceOf(test);
        var value = BindExpression(test.Value);
        if (value.Type is not ScalarType && !IsString(test.Value.Type))
        {
            diagnostics.UnsupportedType(PlaceOf(test.Value), test.Value.Type?.ToDisplayString() ?? "?");
            return Missing(place);
        }

        var held = new VariableValue(new("is", value.Type), place);
        return new Let([new(held, value, place)], BindPattern(test.Pattern, held), place);
    }

    private Expression BindSwitchExpression(ISwitchExpressionOperation expression)
    {
        var place = PlaceOf(expression);
        var value = BindExpression(expression.Value);
        var type = TypeOf(expression.Type, place);
        if (value.Type is not ScalarType && !IsString(expression.Value.Type))
        {
            diagnostics.UnsupportedType(PlaceOf(expression.Value), expression.Value.Type?.ToDisplayString() ?? "?");
            return Missing(place);
        }

        var held = new VariableValue(new("switch", value.Type), place);
        Expression result = new Throw(Failure.NoMatch, type, place);
        foreach (var arm in expression.Arms.Reverse())
        {
            var condition = arm.Pattern is IDiscardPatternOperation && arm.Guard is null ? null : BindPattern(arm.Pattern, held);
            if (condition is not null && arm.Guard is { } guard) condition = new ShortCircuit(true, condition, BindExpression(guard), place);
            var taken = BindExpression(arm.Value);
            result = condition is null ? taken : new Conditional(condition, taken, result, type, place);
        }

        return new Let([new(held, value, place)], result, place);
    }

    private Expression BindPattern(IPatternOperation pattern, VariableValue value)
    {
        var place = PlaceOf(pattern);
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return new Constant(CsType.Bool, 1, place);
            case IConstantPatternOperation constant:
                return Equal(value, constant.Value);
            case IRelationalPatternOperation relational when relational.Value.ConstantValue is { HasValue: true, Value: not null }:
                return Operate(relational.OperatorKind, value, Converted(BindExpression(relational.Value), value.Type, false, place), false, CsType.Bool, pattern);
            case INegatedPatternOperation negated:
                return new Unary(UnaryOperator.Not, BindPattern(negated.Pattern, value), false, CsType.Bool, place);
            case IBinaryPatternOperation binary:
                return new ShortCircuit(binary.OperatorKind == BinaryOperatorKind.And, BindPattern(binary.LeftPattern, value), BindPattern(binary.RightPattern, value), place);
            default:
                diagnostics.UnsupportedExpression(place, $"the pattern {Describe(pattern)}");
                return Missing(place);
        }
    }

    private Expression Equal(VariableValue value, IOperation constant)
    {
        var place = PlaceOf(constant);
        if (IsString(constant.Type)) return SameText(value, BindExpression(constant), true, place);
        var right = Converted(BindExpression(constant), value.Type, false, place);

        // Unlike ==, the pattern NaN matches NaN.
        var isNaN = right is Constant { Scalar.IsFloat: true } number && constant.ConstantValue.Value is double.NaN or float.NaN;
        return isNaN
            ? new Binary(BinaryOperator.NotEqual, value, value, false, CsType.Bool, place)
            : new Binary(BinaryOperator.Equal, value, right, false, CsType.Bool, place);
    }
}
