using System.Collections.Immutable;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>
/// An expression with C#'s meaning: operands have the types that C# converts them to, and every conversion is a node.
/// </summary>
/// <param name="Place">Where it stands in source; where a trap in it is said to be.</param>
internal abstract record Expression(CsType Type, Location Place);

/// <param name="Bits">Integers sign- or zero-extended to 64 bits, floating point by its bits, NaNs canonical.</param>
internal sealed record Constant(ScalarType Scalar, long Bits, Location Place) : Expression(Scalar, Place);

/// <summary>A parameter, local or temporary.</summary>
internal sealed class Variable(string name, CsType type)
{
    public string Name { get; } = name;

    public CsType Type { get; } = type;
}

internal sealed record VariableValue(Variable Variable, Location Place) : Expression(Variable.Type, Place);

/// <param name="MayBeNull">It is of an array or a string, not of a span.</param>
internal sealed record Element(Expression Array, Expression Index, CsType Type, bool MayBeNull, Location Place) : Expression(Type, Place);

internal sealed record TupleElement(Expression Tuple, int Index, CsType Type, Location Place) : Expression(Type, Place);

/// <param name="MayBeNull">It is of an array or a string, not of a span.</param>
internal sealed record ArrayLength(Expression Array, Location Place, bool MayBeNull = false) : Expression(CsType.I32, Place);

/// <summary>An array or a string that is not there.</summary>
internal sealed record NullValue(ArrayType Array, Location Place) : Expression(Array, Place);

/// <summary>The value, which is not null afterwards.</summary>
internal sealed record NotNull(Expression Value, Failure Failure, Location Place) : Expression(Value.Type, Place);

/// <summary>Whether two arrays or strings are the same one.</summary>
internal sealed record SameReference(Expression Left, Expression Right, Location Place) : Expression(CsType.Bool, Place);

/// <summary>Makes a local point to a target in memory.</summary>
internal sealed record Refer(Variable Variable, Expression Target, Location Place) : Expression(CsType.Void, Place);

/// <param name="Count">Of type int, or long for every wider type.</param>
internal sealed record NewArray(ArrayType Array, Expression Count, Location Place) : Expression(Array, Place);

internal sealed record ArrayLiteral(ArrayType Array, ImmutableArray<Expression> Items, Location Place) : Expression(Array, Place);

/// <summary>A span over some of an array's elements, which the caller knows to be there.</summary>
internal sealed record Part(Expression Array, Expression Start, Expression Length, Location Place) : Expression(Array.Type, Place);

/// <summary>All elements of one array to the start of another, which has room for them; they may overlap.</summary>
internal sealed record CopyElements(Expression From, Expression To, Location Place) : Expression(CsType.Void, Place);

/// <summary>A static readonly array of constants, or a string that is one.</summary>
/// <param name="Key">The field, or the string: what is the same is stored once.</param>
/// <param name="Leaves">Of all elements: a constant each; a string takes two.</param>
internal sealed record StaticArray(ArrayType Array, object Key, int Length, ImmutableArray<Expression> Leaves, Location Place) : Expression(Array, Place);

internal enum UnaryOperator
{
    Negate,
    Complement,
    Not,
}

internal sealed record Unary(UnaryOperator Operator, Expression Operand, bool IsChecked, CsType Type, Location Place) : Expression(Type, Place);

internal enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Xor,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>Both operands have one type; the right operand of a shift is an int.</summary>
internal sealed record Binary(BinaryOperator Operator, Expression Left, Expression Right, bool IsChecked, CsType Type, Location Place) : Expression(Type, Place);

/// <summary><c>&amp;&amp;</c> and <c>||</c></summary>
internal sealed record ShortCircuit(bool IsAnd, Expression Left, Expression Right, Location Place) : Expression(CsType.Bool, Place);

internal sealed record Conditional(Expression Condition, Expression WhenTrue, Expression WhenFalse, CsType Type, Location Place) : Expression(Type, Place);

/// <summary>From one scalar type to another.</summary>
internal sealed record Convert(ScalarType To, Expression Operand, bool IsChecked, Location Place) : Expression(To, Place);

/// <param name="Target">A variable, an element, or an element of a tuple variable.</param>
internal sealed record Assign(Expression Target, Expression Value, Location Place) : Expression(Target.Type, Place);

/// <summary><c>a, b = tuple</c>; a null target is a discard.</summary>
internal sealed record Deconstruction(ImmutableArray<Expression?> Targets, Expression Value, Location Place) : Expression(Value.Type, Place);

/// <summary>Compound assignment and increment: the target is evaluated once.</summary>
/// <param name="Old">Holds the target's value while <paramref name="NewValue"/> is computed from it.</param>
/// <param name="GivesOld">The value of the whole is the old one: <c>x++</c>.</param>
internal sealed record Update(Expression Target, Variable Old, Expression NewValue, bool GivesOld, Location Place) : Expression(Target.Type, Place);

/// <param name="Arguments">An instance first; what is passed by reference is a target.</param>
/// <param name="References">A bit for each argument that the method may change.</param>
internal sealed record Call(IMethodSymbol Method, ImmutableArray<Expression> Arguments, CsType Type, Location Place, ulong References = 0) : Expression(Type, Place);

/// <summary>A call of what the module imports: a place in <see cref="FogImports.All"/>.</summary>
internal sealed record ImportCall(int Import, ImmutableArray<Expression> Arguments, CsType Type, Location Place) : Expression(Type, Place);

/// <summary>One instruction on the arguments.</summary>
internal sealed record Intrinsic(Opcode Opcode, ImmutableArray<Expression> Arguments, CsType Type, Location Place) : Expression(Type, Place);

internal sealed record TupleLiteral(TupleType Tuple, ImmutableArray<Expression> Items, Location Place) : Expression(Tuple, Place);

/// <summary>Variables set in order, then a value.</summary>
internal sealed record Let(ImmutableArray<Assign> Assignments, Expression Value, Location Place) : Expression(Value.Type, Place);

/// <summary>Ends the call.</summary>
internal sealed record Throw(Failure Failure, CsType Type, Location Place) : Expression(Type, Place);

/// <summary>What a trap means in C#.</summary>
/// <param name="Exception">Full name of the exception's type.</param>
internal sealed record Failure(string Exception, string Message)
{
    public static readonly Failure IndexOutOfRange = new("System.IndexOutOfRangeException", "");
    public static readonly Failure DivideByZero = new("System.DivideByZeroException", "");
    public static readonly Failure Overflow = new("System.OverflowException", "");
    public static readonly Failure NullReference = new("System.NullReferenceException", "");
    public static readonly Failure ArgumentNull = new("System.ArgumentNullException", "");
    public static readonly Failure OutOfMemory = new("System.OutOfMemoryException", "");
    public static readonly Failure NoMatch = new("System.Runtime.CompilerServices.SwitchExpressionException", "");
}
