using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

internal sealed partial class MethodBinder
{
    private Statement BindStatement(IOperation operation)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (operation)
        {
            case IBlockOperation block:
                return BindList(block.Operations);
            case ILabeledOperation labeled:
                return BindLabeled(labeled);
            case IVariableDeclarationGroupOperation group:
                return new Block([.. group.Declarations.SelectMany(d => d.Declarators).Select(BindDeclarator)]);
            case IExpressionStatementOperation statement:
                return new ExpressionStatement(BindExpression(statement.Operation));
            case IConditionalOperation conditional:
                return new If(
                    BindExpression(conditional.Condition), BindStatement(conditional.WhenTrue),
                    conditional.WhenFalse is { } otherwise ? BindStatement(otherwise) : null);
            case IWhileLoopOperation loop:
                return BindWhile(loop);
            case IForLoopOperation loop:
                return BindFor(loop);
            case IForEachLoopOperation loop:
                return BindForEach(loop);
            case ISwitchOperation branch:
                return BindSwitch(branch);
            case IBranchOperation { BranchKind: BranchKind.Break or BranchKind.Continue or BranchKind.GoTo } jump:
                return BindJump(jump);
            case IReturnOperation { Kind: OperationKind.Return, ReturnedValue: null } when method.MethodKind == MethodKind.Constructor:
                return new Return(new VariableValue(self!, PlaceOf(operation)));
            case IReturnOperation { Kind: OperationKind.Return } result:
                return new Return(result.ReturnedValue is { } value ? BindExpression(value) : null);
            case IThrowOperation thrown:
                return new ExpressionStatement(BindThrow(thrown, CsType.Void));
            case ILocalFunctionOperation or IEmptyOperation:
                return new Block([]);
            case ITryOperation:
                diagnostics.Exceptions(Keyword(operation), "try");
                return new Block([]);
            default:
                diagnostics.UnsupportedStatement(Keyword(operation), StatementName(operation));
                return new Block([]);
        }
    }

    private Statement BindDeclarator(IVariableDeclaratorOperation declarator)
    {
        var place = DeclaredTypePlace(declarator.Syntax) ?? PlaceOf(declarator);
        if (declarator.Symbol.RefKind != RefKind.None) return BindReference(declarator, place);
        var variable = Declare(declarator.Symbol, place);
        if ((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is not { } initializer) return new Block([]);
        return new ExpressionStatement(new Assign(new VariableValue(variable, place), BindExpression(initializer.Value), place));
    }

    private Loop BindWhile(IWhileLoopOperation loop)
    {
        var (exit, next) = EnterLoop(loop);
        var condition = BindExpression(loop.Condition!);
        return new(condition, loop.ConditionIsTop, BindStatement(loop.Body), [], exit, next);
    }

    private Statement BindFor(IForLoopOperation loop)
    {
        var (exit, next) = EnterLoop(loop);
        var before = loop.Before.Select(BindStatement).ToImmutableArray();
        var condition = loop.Condition is { } tested ? BindExpression(tested) : null;
        var body = BindStatement(loop.Body);
        return new Block([.. before, new Loop(condition, TestsFirst: true, body, [.. loop.AtLoopBottom.Select(BindStatement)], exit, next)]);
    }

    private Statement BindForEach(IForEachLoopOperation loop)
    {
        var (exit, next) = EnterLoop(loop);
        var collection = loop.Collection is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : loop.Collection;
        if (KnownType(collection.Type) is not ArrayType { Element: var element })
        {
            diagnostics.UnsupportedStatement(PlaceOf(loop.Collection), "foreach over anything but an array, a span or a string");
            return new Block([]);
        }

        var array = BindExpression(collection);
        var place = PlaceOf(loop.LoopControlVariable);
        if (loop.LoopControlVariable is not IVariableDeclaratorOperation declarator)
        {
            // foreach (var (a, b) in pairs)
            var held = new Variable("item", element);
            var taken = BindDeconstruction(loop.LoopControlVariable, new VariableValue(held, place), collection.Type is IArrayTypeSymbol items ? items.ElementType : ((INamedTypeSymbol)collection.Type!).TypeArguments[0], loop);
            return new ForEach(held, array, MayBeNull(collection.Type), value => value, new Block([new ExpressionStatement(taken), BindStatement(loop.Body)]), exit, next);
        }

        var item = Declare(declarator.Symbol, place);
        if (declarator.Symbol.RefKind != RefKind.None) references.Add(item);
        return new ForEach(item, array, MayBeNull(collection.Type), value => Converted(value, item.Type, isChecked: false, place), BindStatement(loop.Body), exit, next);
    }

    private (JumpTarget Break, JumpTarget Continue) EnterLoop(ILoopOperation loop)
    {
        var exit = jumpTargets[loop.ExitLabel] = new();
        var next = jumpTargets[loop.ContinueLabel] = new();
        return (exit, next);
    }

    /// <summary>A local by reference: another name for a variable, or the address of what lies in memory.</summary>
    private Statement BindReference(IVariableDeclaratorOperation declarator, Location place)
    {
        if ((declarator.Initializer ?? (declarator.Parent as IVariableDeclarationOperation)?.Initializer) is { } initializer)
        {
            var target = BindTarget(initializer.Value);
            if (Root(target) is { } root && !references.Contains(root))
            {
                aliases[declarator.Symbol] = target;
                return new Block([]);
            }

            if (Root(target) is not null || ElementOf(target) is not null)
            {
                var variable = Declare(declarator.Symbol, place);
                references.Add(variable);
                return new ExpressionStatement(new Refer(variable, target, place));
            }
        }

        diagnostics.UnsupportedStatement(place, "this local by reference");
        return new Block([]);
    }

    private Expression BindReference(Variable reference, ISimpleAssignmentOperation assignment)
    {
        var place = PlaceOf(assignment);
        var target = BindTarget(assignment.Value);
        if (ElementOf(target) is not null || references.Contains(Root(target)!)) return new Refer(reference, target, place);
        diagnostics.UnsupportedExpression(place, Describe(assignment));
        return Missing(place);
    }

    private Expression BindThrow(IThrowOperation thrown, CsType type)
    {
        var place = PlaceOf(thrown);
        var exception = thrown.Exception is IConversionOperation conversion ? conversion.Operand : thrown.Exception;
        if (exception is not IObjectCreationOperation creation || creation.Initializer is not null || creation.Arguments.Any(a => !a.Value.ConstantValue.HasValue))
        {
            diagnostics.ThrowWithoutConstantMessage(exception is null ? place : PlaceOf(exception));
            return Missing(place);
        }

        // The first text is the message, but for argument exceptions made from a parameter's name alone.
        var texts = creation.Arguments.Where(a => a.Value.ConstantValue.Value is string).Select(a => (string)a.Value.ConstantValue.Value!);
        return new Throw(new(creation.Type!.ToDisplayString(), string.Join(": ", texts)), type, place);
    }

    private static Location? DeclaredTypePlace(SyntaxNode declarator) =>
        (declarator.Parent as VariableDeclarationSyntax)?.Type.GetLocation();

    private static Location Keyword(IOperation operation) => operation.Syntax.GetFirstToken().GetLocation();

    private static string StatementName(IOperation operation) => operation switch
    {
        ILockOperation => "lock",
        IUsingOperation or IUsingDeclarationOperation => "using",
        IReturnOperation => "yield",
        _ => Describe(operation),
    };
}
