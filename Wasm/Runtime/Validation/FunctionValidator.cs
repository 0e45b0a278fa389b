using System.Collections.Immutable;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Validation;

/// <summary>
/// The algorithm of the specification's appendix: a stack of operand types, a stack of blocks, one pass. Nothing here
/// recurses over the guest's nesting.
/// </summary>
internal sealed class FunctionValidator
{
    // Stands for any type, below the operands of unreachable code.
    private const WasmType Any = 0;

    private readonly ModuleContext context;
    private readonly Function function;
    private readonly List<WasmType> locals;
    private readonly List<WasmType> operands = [];
    private readonly List<Block> blocks = [];
    private Instruction current;

    public FunctionValidator(ModuleContext context, Function function)
    {
        this.context = context;
        this.function = function;
        var type = context.Type(function.TypeIndex, 0);
        locals = [.. type.Parameters, .. function.Locals];
        if (locals.Count > ModuleLimits.LocalsMax) throw Error(ModuleError.LimitExceeded, $"{locals.Count} locals, at most {ModuleLimits.LocalsMax}");
        blocks.Add(new(Opcode.Block, new([], type.Results), 0));
    }

    public void Validate()
    {
        foreach (var instruction in function.Body)
        {
            current = instruction;
            if (blocks.Count == 0) throw Error(ModuleError.EndExpected, "instructions after the end of a function");
            if (OpcodeTable.Get(instruction.Opcode) is { Signature: { } signature } row) Simple(row, signature);
            else Contextual();
        }

        if (blocks.Count != 0) throw Error(ModuleError.EndExpected, "a function without end");
    }

    private void Simple(OpcodeInfo row, FunctionType signature)
    {
        switch (row.Immediates)
        {
            case Immediates.MemoryAccess:
                context.Memory(current.Offset);
                if (1UL << (int)current.Second > (ulong)row.AccessBytes) throw Error(ModuleError.AlignmentTooLarge, $"2^{current.Second}");
                break;
            case Immediates.Memory or Immediates.MemoryPair:
                context.Memory(current.Offset);
                break;
            case Immediates.DataAndMemory:
                context.Memory(current.Offset);
                context.Data(current.Index, current.Offset);
                break;
            case Immediates.Data:
                context.Data(current.Index, current.Offset);
                break;
            case Immediates.Element:
                context.Element(current.Index, current.Offset);
                break;
            case Immediates.Table:
                context.Table(current.Index, current.Offset);
                break;
            case Immediates.TablePair:
                SameElement(context.Table(current.Index, current.Offset).Element, context.Table(current.Second, current.Offset).Element);
                break;
            case Immediates.ElementAndTable:
                SameElement(context.Element(current.Index, current.Offset).Type, context.Table(current.Second, current.Offset).Element);
                break;
        }

        Pop(signature.Parameters);
        Push(signature.Results);
    }

    private void Contextual()
    {
        switch (current.Opcode)
        {
            case Opcode.Unreachable:
                Unreachable();
                break;
            case Opcode.Block or Opcode.Loop or Opcode.If:
                if (current.Opcode == Opcode.If) Pop(WasmType.I32);
                var type = context.BlockType(current.BlockType, current.Offset);
                Pop(type.Parameters);
                blocks.Add(new(current.Opcode, type, operands.Count));
                Push(type.Parameters);
                break;
            case Opcode.Else:
                var then = CloseBlock();
                if (then.Opcode != Opcode.If) throw Error(ModuleError.TypeMismatch, "else without if");
                blocks.Add(new(Opcode.Else, then.Type, operands.Count));
                Push(then.Type.Parameters);
                break;
            case Opcode.End:
                var closed = CloseBlock();
                if (closed.Opcode == Opcode.If && !closed.Type.Parameters.SequenceEqual(closed.Type.Results)) throw Error(ModuleError.TypeMismatch, "an if without else must leave what it takes");
                Push(closed.Type.Results);
                break;
            case Opcode.Br:
                Pop(Label((uint)current.Index).LabelTypes);
                Unreachable();
                break;
            case Opcode.BrIf:
                Pop(WasmType.I32);
                var taken = Label((uint)current.Index).LabelTypes;
                Pop(taken);
                Push(taken);
                break;
            case Opcode.BrTable:
                BranchTable();
                break;
            case Opcode.Return:
                Pop(blocks[0].Type.Results);
                Unreachable();
                break;
            case Opcode.Call:
                Call(context.FunctionType(current.Index, current.Offset));
                break;
            case Opcode.CallIndirect:
                if (context.Table(current.Second, current.Offset).Element != WasmType.FuncRef) throw Error(ModuleError.TypeMismatch, "call_indirect through a table of externref");
                var callee = context.Type(current.Index, current.Offset);
                Pop(WasmType.I32);
                Call(callee);
                break;
            case Opcode.Drop:
                Pop(Any);
                break;
            case Opcode.Select:
                Pop(WasmType.I32);
                var second = Pop(Any);
                var first = Pop(Any);
                if (first.IsReference() || second.IsReference()) throw Error(ModuleError.TypeMismatch, "an untyped select of references");
                if (first != second && first != Any && second != Any) throw Mismatch(first, second);
                Push(first == Any ? second : first);
                break;
            case Opcode.SelectT:
                if (current.List.Length != 1) throw Error(ModuleError.TypeMismatch, "a typed select names one type");
                var selected = (WasmType)current.List[0];
                Pop(WasmType.I32);
                Pop(selected);
                Pop(selected);
                Push(selected);
                break;
            case Opcode.LocalGet:
                Push(Local());
                break;
            case Opcode.LocalSet:
                Pop(Local());
                break;
            case Opcode.LocalTee:
                Pop(Local());
                Push(Local());
                break;
            case Opcode.GlobalGet:
                Push(context.Global(current.Index, current.Offset).Type);
                break;
            case Opcode.GlobalSet:
                var global = context.Global(current.Index, current.Offset);
                if (!global.IsMutable) throw Error(ModuleError.ImmutableGlobal, $"index {current.Index}");
                Pop(global.Type);
                break;
            case Opcode.TableGet:
                Pop(WasmType.I32);
                Push(Element());
                break;
            case Opcode.TableSet:
                Pop(Element());
                Pop(WasmType.I32);
                break;
            case Opcode.TableGrow:
                Pop(WasmType.I32);
                Pop(Element());
                Push(WasmType.I32);
                break;
            case Opcode.TableFill:
                Pop(WasmType.I32);
                Pop(Element());
                Pop(WasmType.I32);
                break;
            case Opcode.RefNull:
                Push((WasmType)current.Immediate);
                break;
            case Opcode.RefIsNull:
                var reference = Pop(Any);
                if (reference != Any && !reference.IsReference()) throw Mismatch(WasmType.FuncRef, reference);
                Push(WasmType.I32);
                break;
            case Opcode.RefFunc:
                context.FunctionType(current.Index, current.Offset);
                if (!context.IsDeclared(current.Index)) throw Error(ModuleError.UndeclaredFunctionReference, $"function {current.Index}");
                Push(WasmType.FuncRef);
                break;
            default:
                throw new InvalidOperationException($"no rule for {current.Opcode}");
        }
    }

    private void BranchTable()
    {
        Pop(WasmType.I32);
        var arity = Label(current.Second).LabelTypes.Length;
        foreach (var depth in current.List)
        {
            var types = Label(depth).LabelTypes;
            if (types.Length != arity) throw Error(ModuleError.TypeMismatch, "labels of different arity");

            // Operands of unreachable code keep fitting every label: pop to check, push back what was there.
            var popped = new WasmType[arity];
            for (var i = arity - 1; i >= 0; i--) popped[i] = Pop(types[i]);
            foreach (var type in popped) Push(type);
        }

        Pop(Label(current.Second).LabelTypes);
        Unreachable();
    }

    private void Call(FunctionType type)
    {
        Pop(type.Parameters);
        Push(type.Results);
    }

    private WasmType Local() =>
        (uint)current.Index < (uint)locals.Count ? locals[current.Index] : throw Error(ModuleError.UnknownLocal, $"index {current.Index}");

    private WasmType Element() => context.Table(current.Index, current.Offset).Element;

    private void SameElement(WasmType left, WasmType right)
    {
        if (left != right) throw Mismatch(left, right);
    }

    private Block Label(uint depth) =>
        depth < (uint)blocks.Count ? blocks[blocks.Count - 1 - (int)depth] : throw Error(ModuleError.UnknownLabel, $"depth {depth}");

    private Block CloseBlock()
    {
        var block = blocks[^1];
        Pop(block.Type.Results);
        if (operands.Count != block.Height) throw Error(ModuleError.TypeMismatch, $"{operands.Count - block.Height} values left at the end of a block");
        blocks.RemoveAt(blocks.Count - 1);
        return block;
    }

    private void Unreachable()
    {
        var block = blocks[^1];
        operands.RemoveRange(block.Height, operands.Count - block.Height);
        blocks[^1] = block with { IsUnreachable = true };
    }

    private void Push(WasmType type)
    {
        if (operands.Count == ModuleLimits.OperandsMax) throw Error(ModuleError.LimitExceeded, $"more than {ModuleLimits.OperandsMax} operands");
        operands.Add(type);
    }

    private void Push(ImmutableArray<WasmType> types)
    {
        foreach (var type in types) Push(type);
    }

    private WasmType Pop(WasmType expected)
    {
        var block = blocks[^1];
        if (operands.Count == block.Height)
        {
            return block.IsUnreachable ? Any : throw Error(ModuleError.TypeMismatch, $"an operand {(expected == Any ? "" : expected.Name() + " ")}is missing");
        }

        var actual = operands[^1];
        operands.RemoveAt(operands.Count - 1);
        if (actual != expected && actual != Any && expected != Any) throw Mismatch(expected, actual);
        return actual;
    }

    private void Pop(ImmutableArray<WasmType> types)
    {
        for (var i = types.Length - 1; i >= 0; i--) Pop(types[i]);
    }

    private ModuleException Mismatch(WasmType expected, WasmType actual) =>
        Error(ModuleError.TypeMismatch, $"{expected.Name()} expected, {actual.Name()} found");

    private ModuleException Error(ModuleError error, string detail) =>
        new(error, current.Offset, current.Offset == 0 ? detail : $"{OpcodeTable.Get(current.Opcode).Mnemonic}: {detail}");

    private readonly record struct Block(Opcode Opcode, FunctionType Type, int Height, bool IsUnreachable = false)
    {
        public ImmutableArray<WasmType> LabelTypes => Opcode == Opcode.Loop ? Type.Parameters : Type.Results;
    }
}
