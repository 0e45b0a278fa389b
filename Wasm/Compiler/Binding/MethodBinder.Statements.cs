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
                return new Block([.. block.Operations.Select(BindStatement)]);
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
            case IBranchOperation { BranchKind: BranchKind.Break or BranchKind.Continue } jump:
                var target = jumpTargets[jump.Target];
                target.IsUsed = true;
                return new Jump(target);
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
        if (KnownType(collection.Type) is not ArrayType || loop.LoopControlVariable is not IVariableDeclaratorOperation declarator)
        {
            diagnostics.UnsupportedStatement(PlaceOf(loop.Collection), "foreach over anything but an array");
            return new Block([]);
        }

        var array = BindExpression(collection);
        var place = PlaceOf(declarator);
        var item = Declare(declarator.Symbol, place);
        return new ForEach(item, array, element => Converted(element, item.Type, isChecked: false, place), BindStatement(loop.Body), exit, next);
    }

    private (JumpTarget Break, JumpTarget Continue) EnterLoop(ILoopOperation loop)
    {
        var exit = jumpTargets[loop.ExitLabel] = new();
        var next = jumpTargets[loop.ContinueLabel] = new();
        return (exit, next);
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
        IBranchOperation or ILabeledOperation => "goto",
        ILockOperation => "lock",
        IUsingOperation or IUsingDeclarationOperation => "using",
        IReturnOperation => "yield",
        _ => Describe(operation),
    };
}
