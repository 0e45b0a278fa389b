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
        var held = new Variable("switch", value.Type);
        var sections = ImmutableArray.CreateBuilder<SwitchSection>();
        var targets = branch.Cases.Select(_ => new JumpTarget()).ToList();
        for (var i = 0; i < targets.Count; i++)
        {
            foreach (var clause in branch.Cases[i].Clauses)
            {
                if (clause.Label is { } label) jumpTargets[label] = targets[i];
            }
        }

        for (var i = 0; i < targets.Count; i++)
        {
            var section = branch.Cases[i];
            var labels = section.Clauses.Select(clause => BindClause(clause, new VariableValue(held, PlaceOf(clause)))).ToImmutableArray();
            targets[i].IsPassed = true;
            sections.Add(new(labels, BindList(section.Body), targets[i]));
        }

        return new Switch(held, value, sections.ToImmutable(), exit);
    }

    private Expression? BindClause(ICaseClauseOperation clause, Expression value)
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
        var held = new VariableValue(new("is", value.Type), place);
        return new Let([new(held, value, place)], BindPattern(test.Pattern, held), place);
    }

    private Expression BindSwitchExpression(ISwitchExpressionOperation expression)
    {
        var place = PlaceOf(expression);
        var value = BindExpression(expression.Value);
        var type = TypeOf(expression.Type, place);
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

    /// <param name="value">A variable, or a part of one: read as often as needed.</param>
    private Expression BindPattern(IPatternOperation pattern, Expression value)
    {
        var place = PlaceOf(pattern);
        switch (pattern)
        {
            case IDiscardPatternOperation:
                return True(place);
            case IConstantPatternOperation constant:
                return Equal(value, constant.Value);
            case IRelationalPatternOperation relational when relational.Value.ConstantValue is { HasValue: true, Value: not null }:
                return Operate(relational.OperatorKind, value, Converted(BindExpression(relational.Value), value.Type, false, place), false, CsType.Bool, pattern);
            case INegatedPatternOperation negated:
                return new Unary(UnaryOperator.Not, BindPattern(negated.Pattern, value), false, CsType.Bool, place);
            case IBinaryPatternOperation binary:
                return new ShortCircuit(binary.OperatorKind == BinaryOperatorKind.And, BindPattern(binary.LeftPattern, value), BindPattern(binary.RightPattern, value), place);
            case IDeclarationPatternOperation declaration when IsOf(pattern, declaration.MatchedType):
                var matches = declaration.MatchesNull ? True(place) : IsThere(value, pattern.InputType, place);
                return declaration.DeclaredSymbol is ILocalSymbol local ? All([matches, Named(local, value, place)], place) : matches;
            case ITypePatternOperation type when IsOf(pattern, type.MatchedType):
                return IsThere(value, pattern.InputType, place);
            case IRecursivePatternOperation recursive when IsOf(pattern, recursive.MatchedType):
                return BindRecursive(recursive, value);
            case IListPatternOperation list when value.Type is ArrayType type:
                return BindList(list, value, type);
            default:
                diagnostics.UnsupportedExpression(place, $"the pattern {Describe(pattern)}");
                return Missing(place);
        }
    }

    private static bool IsOf(IPatternOperation pattern, ITypeSymbol? type) => type is null || SymbolEqualityComparer.Default.Equals(type, pattern.InputType);

    private static Constant True(Location place) => new(CsType.Bool, 1, place);

    /// <summary>Gives the value a name; always true.</summary>
    private Let Named(ILocalSymbol local, Expression value, Location place)
    {
        var variable = Declare(local, place);
        return new([new(new VariableValue(variable, place), value, place)], True(place), place);
    }

    private Expression IsThere(Expression value, ITypeSymbol? type, Location place) => value.Type is ArrayType array && MayBeNull(type)
        ? new Unary(UnaryOperator.Not, new SameReference(value, new NullValue(array, place), place), false, CsType.Bool, place)
        : True(place);

    // { Member: pattern } and (pattern, pattern)
    private Expression BindRecursive(IRecursivePatternOperation pattern, Expression value)
    {
        var place = PlaceOf(pattern);
        var conditions = new List<Expression> { IsThere(value, pattern.InputType, place) };
        if (pattern.DeconstructionSubpatterns is { IsEmpty: false } parts)
        {
            if (value.Type is not TupleType tuple || tuple.Elements.Length != parts.Length || !IsPositional(pattern.InputType))
            {
                diagnostics.UnsupportedExpression(place, $"the pattern {Describe(pattern)}");
                return Missing(place);
            }

            for (var i = 0; i < parts.Length; i++) conditions.Add(BindPattern(parts[i], new TupleElement(value, i, tuple.Elements[i], place)));
        }

        foreach (var part in pattern.PropertySubpatterns)
        {
            var member = MemberOf(value, part.Member, pattern.InputType);
            if (member is Call)
            {
                var held = new VariableValue(new("member", member.Type), place);
                conditions.Add(new Let([new(held, member, place)], BindPattern(part.Pattern, held), place));
            }
            else if (member is not null)
            {
                conditions.Add(BindPattern(part.Pattern, member));
            }
            else
            {
                diagnostics.UnsupportedExpression(PlaceOf(part), $"the pattern {Describe(part)}");
            }
        }

        if (pattern.DeclaredSymbol is ILocalSymbol local) conditions.Add(Named(local, value, place));
        return All(conditions, place);
    }

    private Expression? MemberOf(Expression value, IOperation member, ITypeSymbol type)
    {
        var place = PlaceOf(member);
        return member switch
        {
            IPropertyReferenceOperation { Property.Name: "Length" } when value.Type is ArrayType => new ArrayLength(value, place),
            IFieldReferenceOperation field when type is INamedTypeSymbol { IsTupleType: true } tuple =>
                tuple.TupleElements.ToList().FindIndex(e => SymbolEqualityComparer.Default.Equals(e.CorrespondingTupleField, field.Field.CorrespondingTupleField)) is >= 0 and var i
                    ? new TupleElement(value, i, ((TupleType)value.Type).Elements[i], place) : null,
            IFieldReferenceOperation { Field.IsStatic: false } field when value.Type is TupleType => FieldOf(value, field.Field, place),
            IPropertyReferenceOperation property when value.Type is TupleType && BackingFieldOf(property.Property) is { } field => FieldOf(value, field, place),
            IPropertyReferenceOperation { Property.GetMethod: { DeclaringSyntaxReferences.Length: > 0 } getter } when value.Type is TupleType
                && PassingOf.Arguments(program, getter)[0] == Passing.In => new Call(getter, [value], TypeOf(getter.ReturnType, place), place),
            _ => null,
        };
    }

    // [a, b, .., z]
    private Expression BindList(IListPatternOperation list, Expression value, ArrayType type)
    {
        var place = PlaceOf(list);
        var length = new ArrayLength(value, place);
        var slice = list.Patterns.ToList().FindIndex(p => p is ISlicePatternOperation);
        var count = list.Patterns.Length - (slice < 0 ? 0 : 1);
        var conditions = new List<Expression>
        {
            IsThere(value, list.InputType, place),
            new Binary(slice < 0 ? BinaryOperator.Equal : BinaryOperator.GreaterOrEqual, length, Constants.I32(count, place), false, CsType.Bool, place),
        };
        for (var i = 0; i < list.Patterns.Length; i++)
        {
            var part = list.Patterns[i];
            var fromEnd = slice >= 0 && i > slice;
            Expression index = fromEnd
                ? new Binary(BinaryOperator.Subtract, length, Constants.I32(list.Patterns.Length - i, place), false, CsType.I32, place)
                : Constants.I32(i, place);
            Expression item = part is ISlicePatternOperation { Pattern: not null }
                ? RangeOf(list.InputType, type, value, index, new Binary(BinaryOperator.Subtract, length, Constants.I32(list.Patterns.Length - 1 - i, place), false, CsType.I32, place), place)
                : new Element(value, index, type.Element, false, place);
            var pattern = part is ISlicePatternOperation inner ? inner.Pattern : part;
            if (pattern is null or IDiscardPatternOperation) continue;
            var held = new VariableValue(new("item", item.Type), place);
            conditions.Add(new Let([new(held, item, place)], BindPattern(pattern, held), place));
        }

        if (list.DeclaredSymbol is ILocalSymbol local) conditions.Add(Named(local, value, place));
        return All(conditions, place);
    }

    private Expression Equal(Expression value, IOperation constant)
    {
        var place = PlaceOf(constant);
        if (constant.ConstantValue is { HasValue: true, Value: null } && value.Type is ArrayType type) return new SameReference(value, new NullValue(type, place), place);
        if (IsString(constant.Type)) return SameText(value, BindExpression(constant), true, place);
        var right = Converted(BindExpression(constant), value.Type, false, place);

        // Unlike ==, the pattern NaN matches NaN.
        var isNaN = right is Constant { Scalar.IsFloat: true } && constant.ConstantValue.Value is double.NaN or float.NaN;
        return isNaN
            ? new Binary(BinaryOperator.NotEqual, value, value, false, CsType.Bool, place)
            : new Binary(BinaryOperator.Equal, value, right, false, CsType.Bool, place);
    }
}
