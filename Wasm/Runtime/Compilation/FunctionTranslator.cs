using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// Turns the stack code of one valid function into statements over trees. Operands stay trees until something has an
/// effect on them:
/// <code>
/// local.get 0  local.get 1  f64.mul  local.set 2             →  2 = 0 * 1
/// local.get 0  f64.load 8  local.get 1  f64.add  local.set 1  →  t = load 0 + 8;  1 = t + 1
/// </code>
/// Values that a block takes or leaves are in variables of the block.
/// </summary>
internal sealed partial class FunctionTranslator
{
    // Larger trees become variables, so that nobody recurses over the guest's nesting.
    private const int TreeSizeMax = 24;

    private readonly ModuleContext context;
    private readonly Function function;
    private readonly FunctionType type;
    private readonly BasicBlocks blocks;
    private readonly List<Variable> variables = [];
    private readonly Dictionary<(WasmType Type, bool Exact), Stack<Variable>> free = [];
    private readonly List<Expression> stack = [];
    private readonly List<Frame> frames = [];
    private readonly List<Statement> statements = [];
    private int at;

    private FunctionTranslator(ModuleContext context, Function function)
    {
        (this.context, this.function) = (context, function);
        type = context.Type(function.TypeIndex, 0);
        blocks = BasicBlocks.Of(function, context);
        foreach (var parameter in type.Parameters) variables.Add(new(parameter, variables.Count, variables.Count, isLocal: true) { IsExact = true });
        foreach (var local in function.Locals) variables.Add(new(local, variables.Count, isLocal: true));
    }

    private Instruction Current => function.Body[at];

    public static TranslatedFunction Translate(ModuleContext context, Function function)
    {
        var translator = new FunctionTranslator(context, function);
        translator.Translate();
        return new(translator.type, translator.variables, translator.statements);
    }

    private void Translate()
    {
        Enter(0);
        frames.Add(new(Opcode.Block, new([], type.Results), 0, isLive: true));
        for (at = 0; at < function.Body.Length; at++)
        {
            if (blocks.IsLive(at)) TranslateCurrent();
            else SkipCurrent();
        }
    }

    private void TranslateCurrent()
    {
        var row = OpcodeTable.Get(Current.Opcode);
        switch (Current.Opcode)
        {
            case Opcode.Nop:
                break;
            case Opcode.Drop:
                Release(Pop());
                break;
            case Opcode.LocalGet:
                Push(Expression.Of(variables[Current.Index]));
                break;
            case Opcode.LocalSet or Opcode.LocalTee:
                SetLocal(variables[Current.Index], Pop());
                if (Current.Opcode == Opcode.LocalTee) Push(Expression.Of(variables[Current.Index]));
                break;
            case Opcode.Select or Opcode.SelectT:
                Select();
                break;
            case Opcode.I32Const or Opcode.I64Const or Opcode.F32Const or Opcode.F64Const:
                Push(Expression.Constant(row.Signature!.Results[0], Current.Immediate));
                break;
            default:
                if (row.Immediates == Immediates.MemoryAccess) Access(row);
                else if (row is { Immediates: Immediates.None, Signature.Results.Length: 1 }) Compute(row);
                else if (!TranslateControl()) TranslateState();
                break;
        }
    }

    private void Compute(OpcodeInfo row)
    {
        var right = row.Signature!.Parameters.Length == 2 ? Pop() : null;
        var left = Pop();
        var result = row.Signature.Results[0];
        if (row.Traps == Traps.None)
        {
            Push(Expression.Operation(row.Opcode, result, left, right));
            if (stack[^1].Size > TreeSizeMax) Settle(stack.Count - 1);
            return;
        }

        left = Leaf(left);
        if (right is not null) right = Leaf(right);
        AssignNew(Expression.Operation(row.Opcode, result, left, right), isExact: false);
    }

    private void Access(OpcodeInfo row)
    {
        if (row.Signature!.Results.Length == 1)
        {
            var address = Pop();
            var target = New(row.Signature.Results[0], isExact: true);
            statements.Add(new Load(row.Opcode, target, address, (uint)Current.Immediate, Current.Offset));
            Release(address);
            PushNew(target);
        }
        else
        {
            var value = Pop();
            var address = Pop();
            statements.Add(new Store(row.Opcode, address, value, (uint)Current.Immediate, Current.Offset));
            Release(value);
            Release(address);
        }
    }

    private void Select()
    {
        var condition = Pop();
        var whenFalse = Pop();
        var whenTrue = Pop();
        var target = New(whenTrue.Type, isExact: false);
        statements.Add(new Select(target, condition, whenTrue, whenFalse));
        Release(condition);
        Release(whenFalse);
        Release(whenTrue);
        PushNew(target);
    }

    // What on the stack reads the local is computed before the local changes.
    private void SetLocal(Variable local, Expression value)
    {
        var bit = 1UL << (local.Index & 63);
        for (var i = 0; i < stack.Count; i++)
        {
            if ((stack[i].Locals & bit) != 0) Settle(i);
        }

        statements.Add(new Assign(local, value, Current.Offset));
        Release(value);
    }

    private void Push(Expression value) => stack.Add(value);

    // The result just written to the variable.
    private void PushNew(Variable variable) => Push(Expression.Of(variable));

    private Expression Pop()
    {
        var top = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private ImmutableArray<Expression> Pop(int count)
    {
        ImmutableArray<Expression> popped = [.. stack[^count..]];
        stack.RemoveRange(stack.Count - count, count);
        return popped;
    }

    // A variable of no use to others; whoever pushes it owns its one use.
    private Variable New(WasmType variableType, bool isExact)
    {
        if (!free.TryGetValue((variableType, isExact), out var list)) free.Add((variableType, isExact), list = []);
        if (!list.TryPop(out var variable))
        {
            variable = new(variableType, variables.Count) { IsExact = isExact };
            variables.Add(variable);
        }

        variable.Uses = 1;
        return variable;
    }

    private void Release(Expression value)
    {
        if (value.Left is not null) Release(value.Left);
        if (value.Right is not null) Release(value.Right);
        if (value.Source is { IsLocal: false } source) Release(source);
    }

    private void Release(Variable variable)
    {
        if (--variable.Uses == 0) free[(variable.Type, variable.IsExact)].Push(variable);
    }

    private void AssignNew(Expression value, bool isExact)
    {
        var target = New(value.Type, isExact);
        statements.Add(new Assign(target, value, Current.Offset));
        Release(value);
        PushNew(target);
    }

    // Computes a stack entry into a variable, unless it is in one that nobody assigns.
    private void Settle(int place)
    {
        var value = stack[place];
        if (value.Form == ExpressionForm.Constant || value.Source is { IsLocal: false }) return;
        var target = New(value.Type, isExact: false);
        statements.Add(new Assign(target, value, Current.Offset));
        Release(value);
        stack[place] = Expression.Of(target);
    }

    private Expression Leaf(Expression value)
    {
        if (value.IsLeaf) return value;
        AssignNew(value, isExact: false);
        return Pop();
    }
}

/// <summary>A function as statements.</summary>
internal sealed record TranslatedFunction(FunctionType Type, IReadOnlyList<Variable> Variables, IReadOnlyList<Statement> Statements);
