using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Strings: to the lowering, arrays of char that are never written.</summary>
internal sealed partial class MethodBinder
{
    private const string StringLibrary = "Fog.Wasm.Compiler.Prelude.StringLibrary";

    private static readonly ArrayType Text = new(new ScalarType(Format.FogKind.Char));

    private static bool IsString(ITypeSymbol? type) => type is { SpecialType: SpecialType.System_String };

    private static StaticArray Literal(string text, Location place) =>
        new(Text, text, text.Length, [.. text.Select(c => Constants.Of((ScalarType)Text.Element, c, place))], place);

    private Expression CallText(string name, CsType result, Location place, params ImmutableArray<Expression> arguments)
    {
        // What was reported is no text.
        if ((name is "Concat" or "Equals" or "EqualsOrNull") && arguments.Any(a => a.Type != Text)) return Missing(place);
        var method = program.FindEmbedded(StringLibrary, name, [], [.. arguments.Select(a => a.Type)])
            ?? throw new InvalidOperationException($"the prelude has no {name}");
        return new Call(method, arguments, result, place);
    }

    /// <summary><c>a + b</c>, where either is a string.</summary>
    private Expression BindConcatenation(IOperation left, IOperation right, Location place) =>
        CallText("Concat", Text, place, BindText(left), BindText(right));

    /// <summary>A part of a concatenation as a string.</summary>
    private Expression BindText(IOperation operation)
    {
        var place = PlaceOf(operation);
        if (operation is IConversionOperation { IsImplicit: true, Type.SpecialType: SpecialType.System_Object or SpecialType.System_String } conversion) operation = conversion.Operand;
        if (IsNull(operation)) return Literal("", place);
        if (IsString(operation.Type)) return BindExpression(operation);
        if (operation.Type is { TypeKind: not TypeKind.Enum } && KnownScalar(operation.Type) is { IsFloat: false } type)
        {
            var value = BindExpression(operation);
            return type.Kind switch
            {
                Format.FogKind.Char => CallText("OfChar", Text, place, value),
                Format.FogKind.Bool => CallText("OfBool", Text, place, value),
                Format.FogKind.U64 => CallText("OfUInt64", Text, place, value),
                _ => CallText("OfInt64", Text, place, Converted(value, CsType.I64, false, place)),
            };
        }

        diagnostics.UnsupportedExpression(place, $"the text of {Describe(operation)}");
        return Literal("", place);
    }

    private Expression BindInterpolation(IInterpolatedStringOperation interpolation)
    {
        var place = PlaceOf(interpolation);
        Expression? text = null;
        foreach (var part in interpolation.Parts)
        {
            if (part is IInterpolationOperation { Alignment: null, FormatString: null } hole) Append(BindText(hole.Expression));
            else if (part is IInterpolatedStringTextOperation { Text.ConstantValue.Value: string constant }) Append(Literal(constant, place));
            else diagnostics.UnsupportedExpression(PlaceOf(part), Describe(part));
        }

        return text ?? Literal("", place);

        void Append(Expression next) => text = text is null ? next : CallText("Concat", Text, place, text, next);
    }

    private Expression SameText(Expression left, Expression right, bool equal, Location place)
    {
        var same = CallText(program.MayHaveNulls && !trusted ? "EqualsOrNull" : "Equals", CsType.Bool, place, left, right);
        return equal ? same : new Unary(UnaryOperator.Not, same, false, CsType.Bool, place);
    }
}
