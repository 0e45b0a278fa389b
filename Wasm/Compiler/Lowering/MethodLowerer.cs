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
    private readonly MethodInstance instance;

    // Variables whose slot holds an address.
    private readonly HashSet<Variable> byAddress = [];

    // What goes in by value and comes back, in order.
    private readonly List<Variable> givenBack = [];

    private MethodLowerer(SourceProgram program, BoundMethod method, MethodInstance instance)
    {
        this.program = program;
        this.method = method;
        this.instance = instance;
    }

    public static LoweredFunction Lower(SourceProgram program, BoundMethod method, MethodInstance instance)
    {
        var lowerer = new MethodLowerer(program, method, instance);
        return lowerer.Lower();
    }

    private LoweredFunction Lower()
    {
        var passing = PassingOf.Arguments(program, method.Symbol);
        for (var i = 0; i < method.Parameters.Length; i++)
        {
            if (instance.TakesAddress(i)) byAddress.Add(method.Parameters[i]);
            else if (passing[i] == Passing.Reference) givenBack.Add(method.Parameters[i]);
        }

        byAddress.UnionWith(method.References);
        var parameters = method.Parameters.SelectMany(SlotsOf).ToImmutableArray();
        LowerStatement(method.Body);
        var last = code.Last?.Instruction.Opcode;
        if (method.Result is VoidType && givenBack.Count > 0 && last is not (Opcode.Return or Opcode.Unreachable))
        {
            LowerReturn(new(null));
            last = Opcode.Return;
        }

        if (last == Opcode.Return) code.RemoveLast();
        else if (last != Opcode.Unreachable && method.Result is not VoidType) code.Emit(Opcode.Unreachable);
        code.Emit(Opcode.End);
        return new(instance, parameters, Results, code.ToCode());
    }

    private ImmutableArray<WasmType> Results => [.. method.Result.Shape, .. givenBack.SelectMany(v => v.Type.Shape)];

    private Slot[] SlotsOf(Variable variable)
    {
        if (!slots.TryGetValue(variable, out var found)) slots[variable] = found = byAddress.Contains(variable) ? [new Slot(WasmType.I32)] : [.. variable.Type.Shape.Select(type => new Slot(type))];
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
    private Slot[] SlotsOf(Expression target) => target switch
    {
        VariableValue value => SlotsOf(value.Variable),
        TupleElement { Tuple: { Type: TupleType type } tuple } element =>
            [.. SlotsOf(tuple).Skip(type.OffsetOf(element.Index)).Take(element.Type.Shape.Length)],
        _ => throw new InvalidOperationException($"{target.GetType().Name} has no slots"),
    };

    /// <summary>One of the prelude's checked operations.</summary>
    private MethodInstance Checked(string name, params ReadOnlySpan<ScalarType> parameters)
    {
        var types = new ITypeSymbol[parameters.Length];
        for (var i = 0; i < parameters.Length; i++) types[i] = program.Compilation.GetSpecialType(SpecialTypeOf(parameters[i]));
        return program.FindEmbedded("Fog.Wasm.Compiler.Prelude.Checked", name, types) is { } found
            ? new(found)
            : throw new InvalidOperationException($"the prelude has no {name} of {string.Join(", ", types.Select(t => t.ToDisplayString()))}");
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
