using System.Collections.Immutable;
using System.Globalization;
using Fog.Wasm.Compiler.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Values of static readonly fields, as far as they are constants or made of constants.</summary>
internal static class StaticFields
{
    /// <summary>Null when the initialiser is no constant, nor an array, tuple or struct of constants.</summary>
    public static Expression? Read(SourceProgram program, IFieldSymbol field, Location place)
    {
        if (field.DeclaringSyntaxReferences is not [var reference, ..] || HasStaticConstructor(field)) return null;
        if (reference.GetSyntax() is not VariableDeclaratorSyntax declarator) return null;
        var type = Types.Of(field.Type);
        if (declarator.Initializer is null) return type is { HasReference: false } unset ? Zero(unset, place) : null;
        var model = program.Compilation.GetSemanticModel(declarator.SyntaxTree);
        if (type is null || model.GetOperation(declarator.Initializer) is not IFieldInitializerOperation { Value: var value }) return null;
        return Read(value, type, field, place);
    }

    private static bool HasStaticConstructor(IFieldSymbol field) =>
        field.ContainingType.StaticConstructors.Any(c => !c.IsImplicitlyDeclared);

    /// <param name="key">Tells the arrays of a field apart.</param>
    private static Expression? Read(IOperation value, CsType type, object key, Location place)
    {
        while (value is IConversionOperation { OperatorMethod: null } conversion && !value.ConstantValue.HasValue) value = conversion.Operand;
        return (type, value) switch
        {
            (ScalarType scalar, { ConstantValue: { HasValue: true, Value: { } constant } }) => Scalar(scalar, constant, place),
            (ArrayType text, { ConstantValue: { HasValue: true, Value: string constant } }) => Text(text, constant, place),
            (ArrayType array, IArrayCreationOperation { Initializer: { } initializer }) => Array(array, initializer.ElementValues, key, place),
            (ArrayType array, ICollectionExpressionOperation collection) => Array(array, collection.Elements, key, place),
            (ArrayType array, IArrayCreationOperation { DimensionSizes: [{ ConstantValue.Value: 0 }] }) => Array(array, [], key, place),
            (TupleType tuple, ITupleOperation literal) when literal.Elements.Length == tuple.Elements.Length =>
                Tuple(tuple, [.. literal.Elements.Select((item, i) => Read(item, tuple.Elements[i], (key, i), place))], place),
            (TupleType tuple, IDefaultValueOperation) when !tuple.HasReference => Zero(tuple, place),
            (TupleType tuple, IObjectCreationOperation creation) => Struct(tuple, creation, key, place),
            _ => null,
        };
    }

    private static Constant? Scalar(ScalarType type, object value, Location place)
    {
        // An element of a tuple has its own type, not yet that of the tuple's.
        if (type.IsFloat && value is not (float or double)) value = System.Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (type == CsType.F64 && value is float single) value = (double)single;
        if (type == CsType.F32 && value is double) value = System.Convert.ToSingle(value, CultureInfo.InvariantCulture);
        if (type == CsType.U64 && value is not (ulong or uint)) value = System.Convert.ToUInt64(value, CultureInfo.InvariantCulture);
        if (!type.IsFloat && value is float or double) return null;
        return Constants.Of(type, value, place);
    }

    private static StaticArray Text(ArrayType type, string text, Location place) =>
        new(type, text, text.Length, [.. text.Select(c => Constants.Of((ScalarType)type.Element, c, place))], place);

    private static StaticArray? Array(ArrayType type, ImmutableArray<IOperation> items, object key, Location place)
    {
        var leaves = ImmutableArray.CreateBuilder<Expression>();
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i] is ISpreadOperation || Read(items[i], type.Element, (key, i), place) is not { } item) return null;
            AddLeaves(item, leaves);
        }

        return new(type, key, items.Length, leaves.ToImmutable(), place);
    }

    private static TupleLiteral? Tuple(TupleType type, ImmutableArray<Expression?> items, Location place) =>
        items.Contains(null) ? null : new(type, [.. items!], place);

    /// <summary>Made by a positional record's own constructor, or by none, and then by an initialiser.</summary>
    private static TupleLiteral? Struct(TupleType type, IObjectCreationOperation creation, object key, Location place)
    {
        if (creation.Type is not INamedTypeSymbol named || creation.Constructor is not { } constructor) return null;
        var fields = Types.FieldsOf(named);
        var isPositional = constructor.Parameters.Length > 0 && constructor.DeclaringSyntaxReferences is [var reference, ..] && reference.GetSyntax() is RecordDeclarationSyntax;
        if (!isPositional && (constructor.Parameters.Length > 0 || !constructor.IsImplicitlyDeclared)) return null;
        if (StructMembers.HaveInitialValues(named)) return null;
        var items = fields.Select((_, i) => type.Elements[i].HasReference ? null : (Expression?)Zero(type.Elements[i], place)).ToArray();
        foreach (var argument in creation.Arguments)
        {
            if (!Set(argument.Parameter!.Name, argument.Value)) return null;
        }

        foreach (var member in creation.Initializer?.Initializers ?? [])
        {
            if (member is not ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment || !Set(target.Member.Name, assignment.Value)) return null;
        }

        return Tuple(type, [.. items], place);

        bool Set(string name, IOperation value)
        {
            var i = fields.FindIndex(f => (f.AssociatedSymbol?.Name ?? f.Name) == name);
            if (i < 0) return false;
            items[i] = Read(value, type.Elements[i], (key, i), place);
            return items[i] is not null;
        }
    }

    private static Expression Zero(CsType type, Location place) => type switch
    {
        ScalarType scalar => Constants.Zero(scalar, place),
        TupleType tuple => new TupleLiteral(tuple, [.. tuple.Elements.Select(e => Zero(e, place))], place),
        _ => throw new InvalidOperationException($"{type} has no zero"),
    };

    private static void AddLeaves(Expression value, ImmutableArray<Expression>.Builder leaves)
    {
        if (value is not TupleLiteral tuple) leaves.Add(value);
        else foreach (var item in tuple.Items) AddLeaves(item, leaves);
    }
}
