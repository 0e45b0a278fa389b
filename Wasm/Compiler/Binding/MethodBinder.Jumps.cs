using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>break, continue, goto, goto case and labels.</summary>
internal sealed partial class MethodBinder
{
    /// <summary>Statements of a block; where any of them has a label, the parts that the labels start.</summary>
    private Statement BindList(ImmutableArray<IOperation> operations)
    {
        foreach (var labeled in operations.OfType<ILabeledOperation>())
        {
            // Labels of labels are the same place.
            var target = new JumpTarget();
            for (IOperation? label = labeled; label is ILabeledOperation inner; label = inner.Operation) jumpTargets[inner.Label] = target;
        }

        var parts = ImmutableArray.CreateBuilder<LabeledPart>();
        var statements = ImmutableArray.CreateBuilder<Statement>();
        JumpTarget? started = null;
        foreach (var operation in operations)
        {
            if (operation is ILabeledOperation labeled)
            {
                parts.Add(new(started, new Block(statements.ToImmutable())));
                statements.Clear();
                started = jumpTargets[labeled.Label];
                started.IsPassed = true;
            }

            statements.Add(BindStatement(operation));
        }

        if (started is null) return new Block(statements.ToImmutable());
        parts.Add(new(started, new Block(statements.ToImmutable())));
        return new LabeledParts(parts.ToImmutable());
    }

    private Statement BindLabeled(ILabeledOperation labeled)
    {
        var operation = labeled.Operation;
        while (operation is ILabeledOperation inner) operation = inner.Operation;
        return operation is null ? new Block([]) : BindStatement(operation);
    }

    private Statement BindJump(IBranchOperation jump)
    {
        if (!jumpTargets.TryGetValue(jump.Target, out var target))
        {
            diagnostics.UnsupportedStatement(Keyword(jump), "goto into another part of a switch");
            return new Block([]);
        }

        target.IsUsed = true;
        if (target.IsPassed) target.IsUsedFromBehind = true;
        return new Jump(target);
    }
}
