using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>What evaluating an expression does besides giving a value: decides what may be evaluated in another order.</summary>
internal static class Effects
{
    /// <summary>It sets the variable.</summary>
    public static bool Assigns(Expression expression, Variable variable)
    {
        var assigns = expression switch
        {
            Assign assign => Targets(assign.Target, variable),
            Update update => Targets(update.Target, variable),
            Deconstruction deconstruction => deconstruction.Targets.Any(t => t is not null && Targets(t, variable)),
            Call call => call.Arguments.Where((_, i) => (call.References >> i & 1) != 0).Any(argument => Targets(argument, variable)),
            Refer refer => refer.Variable == variable,
            _ => false,
        };
        return assigns || Children(expression).Any(child => Assigns(child, variable));
    }

    /// <summary>It reads the variable, or sets it.</summary>
    public static bool Uses(Expression expression, Variable variable) =>
        expression is VariableValue value ? value.Variable == variable : Children(expression).Any(child => Uses(child, variable));

    /// <summary>It may fail in another way than by an index out of range, or not return, or change what others read.</summary>
    public static bool MayFail(Expression expression)
    {
        var fails = expression switch
        {
            Call or ImportCall or NewArray or ArrayLiteral or CopyElements or Throw or NotNull => true,
            ArrayLength { MayBeNull: true } => true,
            Binary { IsChecked: true } => true,
            Binary { Operator: BinaryOperator.Divide or BinaryOperator.Remainder, Type: ScalarType { IsFloat: false } } => true,
            Unary { IsChecked: true } => true,
            Binding.Convert { IsChecked: true } => true,
            _ => false,
        };
        return fails || Children(expression).Any(MayFail);
    }

    /// <summary>A few instructions without any effect: as well evaluated as not.</summary>
    public static bool IsTrivial(Expression expression) => expression switch
    {
        Constant or VariableValue => true,
        ArrayLength => IsLength(expression),
        Unary { IsChecked: false } unary => IsTrivial(unary.Operand),
        Binary { IsChecked: false } binary => IsLeaf(binary.Left) && IsLeaf(binary.Right) && !MayFail(binary)
            && binary.Operator != BinaryOperator.Remainder,
        _ => false,
    };

    /// <summary>Can be evaluated any number of times.</summary>
    public static bool IsLeaf(Expression expression) =>
        expression is Constant or VariableValue || IsLength(expression);

    /// <summary>About how many instructions it takes.</summary>
    public static int Size(Expression expression) => 1 + Children(expression).Sum(Size) + (expression is Element ? 8 : expression is Call or Let ? 4 : 0);

    private static bool IsLength(Expression expression) => expression is ArrayLength { MayBeNull: false, Array: VariableValue or StaticArray };

    private static bool Targets(Expression target, Variable variable) => target switch
    {
        VariableValue value => value.Variable == variable,
        TupleElement element => Targets(element.Tuple, variable),
        _ => false,
    };

    private static IEnumerable<Expression> Children(Expression expression) => expression switch
    {
        Element element => [element.Array, element.Index],
        TupleElement element => [element.Tuple],
        ArrayLength length => [length.Array],
        NotNull value => [value.Value],
        SameReference pair => [pair.Left, pair.Right],
        Refer refer => [refer.Target],
        NewArray array => [array.Count],
        Part part => [part.Array, part.Start, part.Length],
        CopyElements copy => [copy.From, copy.To],
        ArrayLiteral literal => literal.Items,
        Unary unary => [unary.Operand],
        Binary binary => [binary.Left, binary.Right],
        ShortCircuit both => [both.Left, both.Right],
        Conditional conditional => [conditional.Condition, conditional.WhenTrue, conditional.WhenFalse],
        Binding.Convert convert => [convert.Operand],
        Assign assign => [assign.Target, assign.Value],
        Deconstruction deconstruction => [.. deconstruction.Targets.OfType<Expression>(), deconstruction.Value],
        Update update => [update.Target, update.NewValue],
        Call call => call.Arguments,
        ImportCall call => call.Arguments,
        Intrinsic intrinsic => intrinsic.Arguments,
        TupleLiteral literal => literal.Items,
        Let let => [.. let.Assignments, let.Value],
        Constant or VariableValue or StaticArray or NullValue or Throw => [],
        _ => throw new InvalidOperationException($"no children known of {expression.GetType().Name}"),
    };
}
