using System.Collections.Immutable;
using System.Reflection;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A step of a function between operand stack and IL; Offset is its instruction's, in the module.</summary>
internal abstract record Statement;

/// <summary>A basic block begins: its fuel is taken.</summary>
internal sealed record Enter(int Cost, int Offset) : Statement;

/// <summary>The value may be an operation that traps; then its operands are leaves.</summary>
internal sealed record Assign(Variable Target, Expression Value, int Offset) : Statement;

internal sealed record Select(Variable Target, Expression Condition, Expression WhenTrue, Expression WhenFalse) : Statement;

internal sealed record Load(Opcode Opcode, Variable Target, Expression Address, uint Displacement, int Offset) : Statement;

internal sealed record Store(Opcode Opcode, Expression Address, Expression Value, uint Displacement, int Offset) : Statement;

internal sealed record SetGlobal(int Index, Expression Value) : Statement;

internal sealed record Bind(JumpLabel Label) : Statement;

internal sealed record Jump(JumpLabel Label) : Statement;

internal sealed record JumpIf(Expression Condition, bool WhenTrue, JumpLabel Label) : Statement;

/// <summary>The last label is the default.</summary>
internal sealed record JumpTable(Expression Index, ImmutableArray<JumpLabel> Labels) : Statement;

internal sealed record TrapUnless(Expression Condition, bool Expected, int Offset) : Statement;

internal sealed record Unreachable(int Offset) : Statement;

internal sealed record Call(int Function, ImmutableArray<Expression> Arguments, ImmutableArray<Variable> Results, int Offset) : Statement;

internal sealed record CallIndirect(
    int TypeIndex, int Table, Expression Index, ImmutableArray<Expression> Arguments, ImmutableArray<Variable> Results, int Offset) : Statement;

/// <summary>A method of <see cref="GuestOperations"/>: instance, place, indices, arguments.</summary>
internal sealed record Operate(
    MethodInfo Method, ImmutableArray<int> Indices, ImmutableArray<Expression> Arguments, Variable? Result, int Offset) : Statement;

internal sealed record Return(ImmutableArray<Expression> Values) : Statement;

/// <summary>A place that jumps name before or after it is known.</summary>
internal sealed class JumpLabel;
