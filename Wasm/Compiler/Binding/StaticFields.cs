using System.Collections.Immutable;
using Fog.Wasm.Compiler.Source;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Values of static readonly fields, as far as they are constants.</summary>
internal static class StaticFields
{
    /// <summary>Null when the initialiser is no constant or array of constants.</summary>
    public static Expression? Read(SourceProgram program, IFieldSymbol field, Location place)
    {
        if (field.DeclaringSyntaxReferences is not [var reference, ..] || HasStaticConstructor(field)) return null;
        if (reference.GetSyntax() is not VariableDeclaratorSyntax declarator) return null;
        if (declarator.Initializer is null) return Types.Scalar(field.Type) is { } unset ? Constants.Zero(unset, place) : null;
        var model = program.Compilation.GetSemanticModel(declarator.SyntaxTree);
        if (model.GetOperation(declarator.Initializer) is not IFieldInitializerOperation { Value: var value }) return null;
        if (value is IConversionOperation { Operand: IArrayCreationOperation or ICollectionExpressionOperation } conversion) value = conversion.Operand;
        return Types.Of(field.Type) switch
        {
            ScalarType scalar when value.ConstantValue is { HasValue: true, Value: { } constant } => Constants.Of(scalar, constant, place),
            ArrayType text when value.ConstantValue is { HasValue: true, Value: string constant } => new StaticArray(text, constant, [.. constant.Select(c => new Constant(text.Element, c, place))], place),
            ArrayType array => Items(value, array.Element, place) is { } items ? new StaticArray(array, field, items, place) : null,
            _ => null,
        };
    }

    private static bool HasStaticConstructor(IFieldSymbol field) =>
        field.ContainingType.StaticConstructors.Any(c => !c.IsImplicitlyDeclared);

    private static ImmutableArray<Constant>? Items(IOperation value, ScalarType element, Location place)
    {
        var operations = value switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            ICollectionExpressionOperation collection => collection.Elements,
            _ => default,
        };
        if (operations.IsDefault) return null;
        var items = ImmutableArray.CreateBuilder<Constant>(operations.Length);
        foreach (var operation in operations)
        {
            if (operation.ConstantValue is not { HasValue: true, Value: { } constant }) return null;
            items.Add(Constants.Of(element, constant, place));
        }

        return items.MoveToImmutable();
    }
}
