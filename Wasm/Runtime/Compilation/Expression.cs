using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;

namespace Fog.Wasm.Runtime.Compilation;

internal enum ExpressionForm
{
    Constant,
    Variable,
    Operation,
    Global,
    FunctionReference,
    MemorySize,
    TableSize,
    Elementary,
}

/// <summary>A value yet to be computed: it has no effect, cannot trap, and is used once.</summary>
internal sealed class Expression
{
    private Expression(ExpressionForm form, WasmType type) => (Form, Type) = (form, type);

    public ExpressionForm Form { get; }

    public WasmType Type { get; }

    /// <summary>Bits of a constant (i32 and f32 zero-extended), or an index.</summary>
    public ulong Bits { get; private init; }

    public Variable? Source { get; private init; }

    public Opcode Opcode { get; private init; }

    public ElementaryFunction? Function { get; private init; }

    public Expression? Left { get; private init; }

    public Expression? Right { get; private init; }

    /// <summary>Nodes of the tree.</summary>
    public int Size { get; private init; } = 1;

    /// <summary>Locals that the tree reads: a bit for each index modulo 64.</summary>
    public ulong Locals { get; private init; }

    /// <summary>It can be written twice at no cost.</summary>
    public bool IsLeaf => Form is ExpressionForm.Constant or ExpressionForm.Variable;

    public static Expression Constant(WasmType type, ulong bits) => new(ExpressionForm.Constant, type) { Bits = bits };

    public static Expression Of(Variable variable) => new(ExpressionForm.Variable, variable.Type)
    {
        Source = variable,
        Locals = variable.IsLocal ? 1UL << (variable.Index & 63) : 0,
    };

    public static Expression Operation(Opcode opcode, WasmType type, Expression left, Expression? right = null) => new(ExpressionForm.Operation, type)
    {
        Opcode = opcode,
        Left = left,
        Right = right,
        Size = left.Size + (right?.Size ?? 0) + 1,
        Locals = left.Locals | (right?.Locals ?? 0),
    };

    public static Expression Elementary(ElementaryFunction function, Expression left, Expression? right) => new(ExpressionForm.Elementary, WasmType.F64)
    {
        Function = function,
        Left = left,
        Right = right,
        Size = left.Size + (right?.Size ?? 0) + 1,
        Locals = left.Locals | (right?.Locals ?? 0),
    };

    /// <summary>What is read from the instance by index.</summary>
    public static Expression Read(ExpressionForm form, WasmType type, int index) => new(form, type) { Bits = (ulong)index };
}
