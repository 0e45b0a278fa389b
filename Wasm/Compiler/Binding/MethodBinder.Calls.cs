using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Fog.Wasm.Compiler.Binding;

internal sealed partial class MethodBinder
{
    private Expression BindInvocation(IInvocationOperation invocation)
    {
        var place = PlaceOf(invocation);
        var target = invocation.TargetMethod;
        if (target.Parameters.Any(p => p.RefKind != RefKind.None) || invocation.Instance is not null)
        {
            diagnostics.UnsupportedCall(place, target.ToDisplayString());
            return Missing(place);
        }

        if (target.DeclaringSyntaxReferences.Length > 0)
        {
            return InOrder(invocation, arguments => new Call(target, arguments, TypeOf(target.ReturnType, place), place));
        }

        if (Library.IntrinsicOf(target, trusted) is { } intrinsic) return InOrder(invocation, arguments => intrinsic(arguments, place));
        if (Library.SourceOf(program, target) is { } source) return InOrder(invocation, arguments => new Call(source, arguments, TypeOf(source.ReturnType, place), place));
        diagnostics.UnsupportedCall(place, target.ToDisplayString());
        return Missing(place);
    }

    /// <summary>
    /// Arguments by parameter. Named ones may stand in another order, which is the order they are evaluated in.
    /// </summary>
    private Expression InOrder(IInvocationOperation invocation, Func<ImmutableArray<Expression>, Expression> call)
    {
        var place = PlaceOf(invocation);
        var ordinals = invocation.Arguments.Select(a => a.Parameter!.Ordinal).ToList();
        var values = invocation.Arguments.Select(a => BindExpression(a.Value)).ToList();
        if (ordinals.SequenceEqual(Enumerable.Range(0, ordinals.Count))) return call([.. values]);
        var assignments = ImmutableArray.CreateBuilder<Assign>();
        var arguments = new Expression[values.Count];
        for (var i = 0; i < values.Count; i++)
        {
            var held = new VariableValue(new("argument", values[i].Type), place);
            assignments.Add(new(held, values[i], place));
            arguments[ordinals[i]] = held;
        }

        return new Let(assignments.ToImmutable(), call([.. arguments]), place);
    }
}
