using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Structs and record structs: values of their fields, one after the other, as a tuple's are.</summary>
internal sealed partial class MethodBinder
{
    private readonly Stack<VariableValue> receivers = new();

    /// <summary>What a constructor makes, or an instance method works on.</summary>
    private Variable? self;

    private Expression BindInstance(IInstanceReferenceOperation instance)
    {
        var place = PlaceOf(instance);
        if (instance.ReferenceKind == InstanceReferenceKind.ImplicitReceiver && receivers.TryPeek(out var receiver)) return receiver;
        if (instance.ReferenceKind == InstanceReferenceKind.ContainingTypeInstance && self is not null) return new VariableValue(self, place);
        diagnostics.Capture(place, "this");
        return Missing(place);
    }

    /// <summary>A field of a struct's or tuple's value.</summary>
    private Expression FieldOf(Expression value, IFieldSymbol field, Location place)
    {
        var index = value.Type is TupleType ? Types.FieldsOf(field.ContainingType).FindIndex(f => SymbolEqualityComparer.Default.Equals(f, field)) : -1;
        if (index >= 0) return new TupleElement(value, index, ((TupleType)value.Type).Elements[index], place);
        diagnostics.UnsupportedExpression(place, $"field '{field.Name}'");
        return Missing(place);
    }

    /// <summary>Initial values, or another constructor; then the body; then what was made.</summary>
    private Block BindConstructor(SyntaxNode syntax, Location place)
    {
        var made = new VariableValue(self!, place);
        var statements = ImmutableArray.CreateBuilder<Statement>();
        var model = program.Compilation.GetSemanticModel(syntax.SyntaxTree);
        var body = Body(syntax);
        if (self!.Type.HasReference && !StructMembers.SetsReferencesFirst(method, (syntax as ConstructorDeclarationSyntax) is { } own ? (SyntaxNode?)own.Body ?? own.ExpressionBody : null))
        {
            statements.Add(new ExpressionStatement(new Assign(made, Zero(self.Type, place), place)));
        }

        if (model.GetOperation(syntax) is IConstructorBodyOperation { Initializer: IExpressionStatementOperation { Operation: IInvocationOperation other } })
        {
            var value = InOrder(null, other.Arguments, place, (arguments, _) => new Call(other.TargetMethod, arguments, self.Type, place));
            statements.Add(new ExpressionStatement(new Assign(made, value, place)));
        }
        else
        {
            AddInitialValues(made, statements, place);
        }

        if (body is not null) statements.Add(BindStatement(body));
        statements.Add(new Return(made));
        return new(statements.ToImmutable());
    }

    private void AddInitialValues(VariableValue made, ImmutableArray<Statement>.Builder statements, Location place)
    {
        var fields = Types.FieldsOf(method.ContainingType);
        foreach (var parameter in method.Parameters)
        {
            // A positional record's parameters are its first members.
            if (fields.Find(f => IsOf(f, parameter)) is { } field) statements.Add(new ExpressionStatement(new Assign(FieldOf(made, field, place), VariableOf(parameter, place), place)));
        }

        foreach (var (name, value) in StructMembers.InitialValues(method.ContainingType))
        {
            var field = fields.Find(f => (f.AssociatedSymbol?.Name ?? f.Name) == name);
            var operation = program.Compilation.GetSemanticModel(value.SyntaxTree).GetOperation(value) as ISymbolInitializerOperation;
            if (field is not null && operation is not null) statements.Add(new ExpressionStatement(new Assign(FieldOf(made, field, place), BindExpression(operation.Value), place)));
            else diagnostics.UnsupportedExpression(value.GetLocation(), $"the initial value of '{name}'");
        }
    }

    private static IFieldSymbol? BackingFieldOf(IPropertySymbol property) => property.ContainingType.GetMembers().OfType<IFieldSymbol>()
        .FirstOrDefault(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, property));

    private Expression BindCreation(IObjectCreationOperation creation)
    {
        var place = PlaceOf(creation);
        if (creation.Constructor is not { } constructor || KnownType(creation.Type) is not TupleType type || creation.Type is not INamedTypeSymbol { IsTupleType: false } named)
        {
            diagnostics.UnsupportedExpression(place, Describe(creation));
            return Missing(place);
        }

        var value = Constructed(creation, constructor, named, type, place);
        return creation.Initializer is { } initializer ? Initialized(value, initializer, place) : value;
    }

    private Expression Constructed(IObjectCreationOperation creation, IMethodSymbol constructor, INamedTypeSymbol named, TupleType type, Location place)
    {
        var syntax = constructor.DeclaringSyntaxReferences is [var reference, ..] ? reference.GetSyntax() : null;
        if (syntax is RecordDeclarationSyntax && constructor.Parameters.Length > 0 && !StructMembers.HaveInitialValues(named))
        {
            var fields = Types.FieldsOf(named);
            var indices = constructor.Parameters.Select(p => fields.FindIndex(f => IsOf(f, p))).ToList();
            if (indices.Contains(-1) || !indices.SequenceEqual(indices.Order()))
            {
                diagnostics.UnsupportedExpression(place, Describe(creation));
                return Missing(place);
            }

            return InOrder(null, creation.Arguments, place, (arguments, _) => new TupleLiteral(
                type, [.. fields.Select((_, i) => indices.IndexOf(i) is >= 0 and var given ? arguments[given] : Zero(type.Elements[i], place))], place));
        }

        if (syntax is ConstructorDeclarationSyntax || (syntax is TypeDeclarationSyntax && constructor.Parameters.Length > 0))
        {
            return InOrder(null, creation.Arguments, place, (arguments, references) => new Call(constructor, arguments, type, place, references));
        }

        if (constructor.Parameters.Length == 0 && constructor.IsImplicitlyDeclared) return Zero(type, place);
        diagnostics.UnsupportedExpression(place, Describe(creation));
        return Missing(place);
    }

    // A positional parameter's property is declared where the parameter is.
    private static bool IsOf(IFieldSymbol field, IParameterSymbol parameter) =>
        field.AssociatedSymbol is IPropertySymbol { DeclaringSyntaxReferences: [var property, ..] } named && named.Name == parameter.Name && property.GetSyntax() is ParameterSyntax;

    private Expression BindWith(IWithOperation with)
    {
        var place = PlaceOf(with);
        if (KnownType(with.Type) is TupleType) return Initialized(BindExpression(with.Operand), with.Initializer, place);
        diagnostics.UnsupportedExpression(place, Describe(with));
        return Missing(place);
    }

    private Expression Initialized(Expression value, IObjectOrCollectionInitializerOperation initializer, Location place)
    {
        var made = new VariableValue(new("made", value.Type), place);
        var assignments = ImmutableArray.CreateBuilder<Assign>();
        assignments.Add(new(made, value, place));
        receivers.Push(made);
        foreach (var member in initializer.Initializers)
        {
            var before = diagnostics.Count;
            if (member is ISimpleAssignmentOperation assignment && BindAssignment(assignment) is Assign assign) assignments.Add(assign);
            else if (diagnostics.Count == before) diagnostics.UnsupportedExpression(PlaceOf(member), Describe(member));
        }

        receivers.Pop();
        return new Let(assignments.ToImmutable(), made, place);
    }

    /// <summary>The default value.</summary>
    private static Expression Zero(CsType type, Location place) => type switch
    {
        ScalarType scalar => Constants.Zero(scalar, place),
        TupleType tuple => new TupleLiteral(tuple, [.. tuple.Elements.Select(e => Zero(e, place))], place),
        ArrayType array => new NullValue(array, place),
        _ => Missing(place),
    };

    /// <summary>An operator that the source declares, or that a record struct has by itself.</summary>
    private Expression BindOperator(IMethodSymbol method, ImmutableArray<IOperation> operands, IOperation source)
    {
        var place = PlaceOf(source);
        if (method.DeclaringSyntaxReferences.Length > 0 && !method.IsImplicitlyDeclared && method.Parameters.All(p => p.RefKind is RefKind.None or RefKind.In))
        {
            return new Call(method, [.. operands.Select(BindExpression)], TypeOf(method.ReturnType, place), place);
        }

        if (method is { IsImplicitlyDeclared: true, ContainingType: { IsRecord: true, IsValueType: true }, Name: "op_Equality" or "op_Inequality" })
        {
            return Compare(operands[0], operands[1], method.Name == "op_Equality", (a, b) => SameRecords(method.ContainingType, a, b, place), place);
        }

        diagnostics.UnsupportedExpression(place, Describe(source));
        return Missing(place);
    }

    private Expression BindTupleComparison(ITupleBinaryOperation comparison)
    {
        var place = PlaceOf(comparison);
        if (KnownType(comparison.LeftOperand.Type) is TupleType type && type == KnownType(comparison.RightOperand.Type) && type.Elements.All(e => e is ScalarType))
        {
            return Compare(comparison.LeftOperand, comparison.RightOperand, comparison.OperatorKind == BinaryOperatorKind.Equals, (a, b) => All(type.Elements.Select((e, i) =>
                (Expression)new Binary(BinaryOperator.Equal, new TupleElement(a, i, e, place), new TupleElement(b, i, e, place), false, CsType.Bool, place)), place), place);
        }

        diagnostics.UnsupportedExpression(place, Describe(comparison));
        return Missing(place);
    }

    private Let Compare(IOperation left, IOperation right, bool equal, Func<VariableValue, VariableValue, Expression> same, Location place)
    {
        var (first, second) = (BindExpression(left), BindExpression(right));
        var (a, b) = (new VariableValue(new("left", first.Type), place), new VariableValue(new("right", second.Type), place));
        var result = same(a, b);
        return new([new(a, first, place), new(b, second, place)], equal ? result : new Unary(UnaryOperator.Not, result, false, CsType.Bool, place), place);
    }

    // As records compare: field by field with Equals, to which NaN is NaN.
    private Expression SameRecords(INamedTypeSymbol record, Expression a, Expression b, Location place)
    {
        if (!record.IsRecord || record.GetMembers("Equals").OfType<IMethodSymbol>().Any(m => !m.IsImplicitlyDeclared))
        {
            diagnostics.UnsupportedExpression(place, $"comparing values of '{record.Name}'");
            return Missing(place);
        }

        return All(Types.FieldsOf(record).Select(field =>
        {
            var (x, y) = (FieldOf(a, field, place), FieldOf(b, field, place));
            if (x.Type is not ScalarType scalar) return SameFields(field, x, y, place);
            Expression equal = new Binary(BinaryOperator.Equal, x, y, false, CsType.Bool, place);
            if (!scalar.IsFloat) return equal;
            return new ShortCircuit(false, equal, new ShortCircuit(true, IsNaN(x), IsNaN(y), place), place);
        }), place);

        Expression IsNaN(Expression value) => new Binary(BinaryOperator.NotEqual, value, value, false, CsType.Bool, place);
    }

    private Expression SameFields(IFieldSymbol field, Expression a, Expression b, Location place)
    {
        if (field.Type is INamedTypeSymbol { IsRecord: true } inner) return SameRecords(inner, a, b, place);
        diagnostics.UnsupportedExpression(place, $"comparing '{field.Type.ToDisplayString()}'");
        return Missing(place);
    }

    private static Expression All(IEnumerable<Expression> conditions, Location place) =>
        conditions.Aggregate((Expression)new Constant(CsType.Bool, 1, place), (all, next) => all is Constant { Bits: 1 } ? next : next is Constant { Bits: 1 } ? all : new ShortCircuit(true, all, next, place));

    /// <summary>A tuple, or a record that is taken apart into what it was made of.</summary>
    private static bool IsPositional(ITypeSymbol? type) => type is INamedTypeSymbol { IsTupleType: true }
        || (type is INamedTypeSymbol { IsRecord: true } record && record.GetMembers("Deconstruct").OfType<IMethodSymbol>().All(m => m.IsImplicitlyDeclared)
            && Types.FieldsOf(record).All(f => f.AssociatedSymbol is { DeclaringSyntaxReferences: [var property, ..] } && property.GetSyntax() is ParameterSyntax));
}
