using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Binding;

internal abstract record Statement;

internal sealed record Block(ImmutableArray<Statement> Statements) : Statement;

internal sealed record ExpressionStatement(Expression Expression) : Statement;

internal sealed record If(Expression Condition, Statement WhenTrue, Statement? WhenFalse) : Statement;

/// <summary>Where break, continue or goto leads.</summary>
internal sealed class JumpTarget
{
    public bool IsUsed { get; set; }

    /// <summary>While binding: what it stands before has begun.</summary>
    public bool IsPassed { get; set; }

    /// <summary>A goto leads back to it.</summary>
    public bool IsUsedFromBehind { get; set; }
}

/// <summary>Statements one after the other; a label may stand before each part but the first.</summary>
internal sealed record LabeledParts(ImmutableArray<LabeledPart> Parts) : Statement;

internal sealed record LabeledPart(JumpTarget? Label, Block Body);

/// <summary>while, do and for.</summary>
/// <param name="Condition">Null: for ever.</param>
/// <param name="TestsFirst">The condition is tested before the first round too.</param>
/// <param name="Step">Runs after the body, also after continue.</param>
internal sealed record Loop(
    Expression? Condition, bool TestsFirst, Statement Body, ImmutableArray<Statement> Step, JumpTarget Break, JumpTarget Continue) : Statement;

internal sealed record ForEach(Variable Item, Expression Array, bool MayBeNull, Func<Expression, Expression> Convert, Statement Body, JumpTarget Break, JumpTarget Continue) : Statement;

/// <param name="Value">Set before any condition is looked at.</param>
/// <param name="Sections">Each with its conditions on <paramref name="Value"/>, in source order.</param>
internal sealed record Switch(Variable Value, Expression Of, ImmutableArray<SwitchSection> Sections, JumpTarget Break) : Statement;

/// <param name="Labels">Null is default.</param>
/// <param name="Target">Where goto case leads.</param>
internal sealed record SwitchSection(ImmutableArray<Expression?> Labels, Statement Body, JumpTarget Target);

internal sealed record Jump(JumpTarget Target) : Statement;

internal sealed record Return(Expression? Value) : Statement;

/// <summary>A method with its body.</summary>
/// <param name="References">Locals that hold the address of an element.</param>
internal sealed record BoundMethod(IMethodSymbol Symbol, ImmutableArray<Variable> Parameters, CsType Result, Statement Body, ImmutableArray<Variable> References);
