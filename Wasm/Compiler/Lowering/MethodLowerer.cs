using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Source;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>
/// Turns a bound method into WebAssembly instructions. An expression leaves the wasm values of its type's shape on the
/// operand stack; a statement leaves the stack as it was.
/// </summary>
internal sealed partial class MethodLowerer
{
    private readonly SourceProgram program;
    private readonly BoundMethod method;
    private readonly CodeBuilder code = new();
    private readonly Dictionary<Variable, Slot[]> slots = [];
    private readonly Dictionary<JumpTarget, Label> labels = [];

    private MethodLowerer(SourceProgram program, BoundMethod method)
    {
        this.program = program;
        this.method = method;
    }

    public static LoweredFunction Lower(SourceProgram program, BoundMethod method)
    {
        var lowerer = new MethodLowerer(program, method);
        return lowerer.Lower();
    }

    private LoweredFunction Lower()
    {
        var parameters = method.Parameters.SelectMany(SlotsOf).ToImmutableArray();
        LowerStatement(method.Body);
        var last = code.Last?.Instruction.Opcode;
        if (last == Opcode.Return) code.RemoveLast();
        else if (last != Opcode.Unreachable && method.Result is not VoidType) code.Emit(Opcode.Unreachable);
        code.Emit(Opcode.End);
        return new(method.Symbol, parameters, method.Result.Shape, code.ToCode());
    }

    private Slot[] SlotsOf(Variable variable)
    {
        if (!slots.TryGetValue(variable, out var found)) slots[variable] = found = [.. variable.Type.Shape.Select(type => new Slot(type))];
        return found;
    }

    /// <summary>The variable that a target is or is part of.</summary>
    private static Variable? RootOf(Expression target) => target switch
    {
        VariableValue value => value.Variable,
        TupleElement element => RootOf(element.Tuple),
        _ => null,
    };

    /// <summary>The slots of a variable, or of an element of a tuple variable.</summary>
    private ArraySegment<Slot> SlotsOf(Expression target) => target switch
    {
        VariableValue value => SlotsOf(value.Variable),
        TupleElement { Tuple: { Type: TupleType type } tuple } element =>
            SlotsOf(tuple).Slice(type.OffsetOf(element.Index), element.Type.Shape.Length),
        _ => throw new InvalidOperationException($"{target.GetType().Name} has no slots"),
    };

    /// <summary>One of the prelude's checked operations.</summary>
    private IMethodSymbol Checked(string name, params ReadOnlySpan<ScalarType> parameters)
    {
        var types = new ITypeSymbol[parameters.Length];
        for (var i = 0; i < parameters.Length; i++) types[i] = program.Compilation.GetSpecialType(SpecialTypeOf(parameters[i]));
        return program.FindEmbedded("Fog.Wasm.Compiler.Prelude.Checked", name, types)
            ?? throw new InvalidOperationException($"the prelude has no {name} of {string.Join(", ", types.Select(t => t.ToDisplayString()))}");
    }

    private static SpecialType SpecialTypeOf(ScalarType type) => type.Kind switch
    {
        FogKind.I32 => SpecialType.System_Int32,
        FogKind.U32 => SpecialType.System_UInt32,
        FogKind.I64 => SpecialType.System_Int64,
        FogKind.U64 => SpecialType.System_UInt64,
        FogKind.F64 => SpecialType.System_Double,
        _ => throw new InvalidOperationException($"no checked operation on {type.Kind}"),
    };
}
