using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;

namespace Fog.Wasm.Runtime.Compilation;

// Blocks, branches and calls. A basic block is entered exactly where Lowering enters it.
internal sealed partial class FunctionTranslator
{
    // False when the instruction is not one of these.
    private bool TranslateControl()
    {
        switch (Current.Opcode)
        {
            case Opcode.Unreachable:
                statements.Add(new Unreachable(Current.Offset));
                break;
            case Opcode.Block:
                Open(Opcode.Block);
                break;
            case Opcode.Loop:
                OpenLoop();
                break;
            case Opcode.If when BasicBlocks.IsCheck(function.Body, at):
                Check(Pop());
                break;
            case Opcode.If:
                OpenIf(Pop());
                break;
            case Opcode.Else:
                Move(frames[^1], consume: true);
                statements.Add(new Jump(frames[^1].Label));
                BeginElse();
                break;
            case Opcode.End:
                End(fallsThrough: true);
                break;
            case Opcode.Br:
                Branch(Current.Index, consume: true);
                break;
            case Opcode.BrIf:
                BranchIf(Pop());
                break;
            case Opcode.BrTable:
                BranchTable(Pop());
                break;
            case Opcode.Return:
                Branch(frames.Count - 1, consume: true);
                break;
            case Opcode.Call when context.Elementary.Of(Current.Index) is { } elementary:
                var right = elementary.Operands == 2 ? Pop() : null;
                Push(Expression.Elementary(elementary, Pop(), right));
                if (stack[^1].Size > TreeSizeMax) Settle(stack.Count - 1);
                if (blocks.BeginsAt(at + 1)) Enter(at + 1);
                break;
            case Opcode.Call:
                var callee = context.FunctionType(Current.Index, 0);
                var arguments = Pop(callee.Parameters.Length);
                Call(callee, arguments, results => new Call(Current.Index, arguments, results, Current.Offset));
                if (blocks.BeginsAt(at + 1)) Enter(at + 1);
                break;
            case Opcode.CallIndirect:
                var index = Pop();
                var pointed = context.Type(Current.Index, 0);
                var passed = Pop(pointed.Parameters.Length);
                Call(pointed, passed, results => new CallIndirect(Current.Index, (int)Current.Second, index, passed, results, Current.Offset));
                Release(index);
                break;
            default:
                return false;
        }

        return true;
    }

    // Unreachable code leaves nothing behind but its nesting.
    private void SkipCurrent()
    {
        switch (Current.Opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                frames.Add(new(Current.Opcode, new([], []), stack.Count, isLive: false));
                break;
            case Opcode.Else when frames[^1].IsLive:
                BeginElse();
                break;
            case Opcode.End:
                End(fallsThrough: false);
                break;
        }
    }

    private void Enter(int instruction) => statements.Add(new Enter(blocks.Cost(instruction), function.Body[instruction].Offset));

    // What lies below a block is computed before it, on every path.
    private Frame Open(Opcode opcode)
    {
        for (var i = 0; i < stack.Count; i++) Settle(i);
        var blockType = context.BlockType(Current.BlockType, 0);
        var frame = new Frame(opcode, blockType, stack.Count - blockType.Parameters.Length, isLive: true);
        frames.Add(frame);
        return frame;
    }

    private void OpenLoop()
    {
        var frame = Open(Opcode.Loop);
        if (frame.Type.Parameters.Length > 0)
        {
            Move(frame, consume: true);
            foreach (var variable in frame.Variables) PushUse(variable);
        }

        statements.Add(new Bind(frame.Label));
        Enter(at + 1);
    }

    private void OpenIf(Expression condition)
    {
        var frame = Open(Opcode.If);
        frame.Parameters = [.. stack[frame.Height..]];
        foreach (var parameter in frame.Parameters) Keep(parameter);
        statements.Add(new JumpIf(condition, false, frame.Else));
        Release(condition);
        Enter(at + 1);
    }

    // if unreachable end: the trap belongs to the unreachable.
    private void Check(Expression condition)
    {
        at++;
        statements.Add(new TrapUnless(condition, false, Current.Offset));
        Release(condition);
        at++;
    }

    private void BeginElse()
    {
        var frame = frames[^1];
        frame.HasElse = true;
        Truncate(frame.Height);
        statements.Add(new Bind(frame.Else));
        Enter(at + 1);
        foreach (var parameter in frame.Parameters)
        {
            Keep(parameter);
            Push(parameter);
        }
    }

    private void End(bool fallsThrough)
    {
        var frame = frames[^1];
        if (frames.Count == 1)
        {
            if (fallsThrough) Branch(0, consume: true);
            frames.Clear();
            return;
        }

        if (frame.IsLive && blocks.BeginsAt(at + 1))
        {
            if (fallsThrough) Move(frame, consume: true);
            if (frame.Opcode == Opcode.If && !frame.HasElse)
            {
                // Without an else the false condition comes here, its parameters being the results.
                if (fallsThrough && frame.Parameters.Length > 0) statements.Add(new Jump(frame.Label));
                Truncate(frame.Height);
                statements.Add(new Bind(frame.Else));
                foreach (var parameter in frame.Parameters)
                {
                    Keep(parameter);
                    Push(parameter);
                }

                Move(frame, consume: true);
            }

            Truncate(frame.Height);
            statements.Add(new Bind(frame.Label));
            Enter(at + 1);
            foreach (var variable in frame.ResultVariables(this)) PushUse(variable);
        }
        else if (!fallsThrough)
        {
            Truncate(frame.Height);
        }

        foreach (var parameter in frame.Parameters) Release(parameter);
        foreach (var variable in frame.Variables) Release(variable);
        frames.RemoveAt(frames.Count - 1);
    }

    private Frame Target(int depth) => frames[frames.Count - 1 - depth];

    private void Branch(int depth, bool consume)
    {
        var target = Target(depth);
        if (depth == frames.Count - 1)
        {
            ImmutableArray<Expression> values = [.. stack[^type.Results.Length..]];
            statements.Add(new Return(values));
            if (consume) foreach (var value in Pop(values.Length)) Release(value);
            return;
        }

        Move(target, consume);
        statements.Add(new Jump(target.Label));
    }

    private void BranchIf(Expression condition)
    {
        var depth = Current.Index;
        var values = Target(depth).LabelTypes.Length;
        if (values == 0 && depth < frames.Count - 1)
        {
            statements.Add(new JumpIf(condition, true, Target(depth).Label));
        }
        else
        {
            // Branch around the moves.
            var behind = new JumpLabel();
            for (var i = stack.Count - values; i < stack.Count; i++) stack[i] = LeafInPlace(stack[i]);
            statements.Add(new JumpIf(condition, false, behind));
            Branch(depth, consume: false);
            statements.Add(new Bind(behind));
        }

        Release(condition);
        Enter(at + 1);
    }

    private void BranchTable(Expression index)
    {
        var stubs = new SortedDictionary<int, JumpLabel>();
        var labels = ImmutableArray.CreateBuilder<JumpLabel>();
        var values = Target((int)Current.Second).LabelTypes.Length;
        for (var i = stack.Count - values; i < stack.Count; i++) stack[i] = LeafInPlace(stack[i]);
        foreach (var label in Current.List.Add(Current.Second))
        {
            var depth = (int)label;
            var target = Target(depth).Label;
            if ((values > 0 || depth == frames.Count - 1) && !stubs.TryGetValue(depth, out target)) stubs.Add(depth, target = new());
            labels.Add(target);
        }

        statements.Add(new JumpTable(index, labels.ToImmutable()));
        Release(index);
        foreach (var (depth, stub) in stubs)
        {
            statements.Add(new Bind(stub));
            Branch(depth, consume: false);
        }
    }

    private void Call(FunctionType callee, ImmutableArray<Expression> arguments, Func<ImmutableArray<Variable>, Statement> call)
    {
        ImmutableArray<Variable> results = [.. callee.Results.Select(r => New(r, isExact: true))];
        statements.Add(call(results));
        foreach (var argument in arguments) Release(argument);
        foreach (var result in results) PushNew(result);
    }

    // The values on top become those of the label. Several change at once: through variables of their own.
    private void Move(Frame target, bool consume)
    {
        var count = target.LabelTypes.Length;
        if (count == 0) return;
        var variables = target.LabelVariables(this);
        ImmutableArray<Expression> values = [.. stack[^count..]];
        if (count == 1)
        {
            statements.Add(new Assign(variables[0], values[0], Current.Offset));
        }
        else
        {
            ImmutableArray<Variable> between = [.. values.Select(v => New(v.Type, isExact: false))];
            for (var i = 0; i < count; i++) statements.Add(new Assign(between[i], values[i], Current.Offset));
            for (var i = 0; i < count; i++) statements.Add(new Assign(variables[i], Expression.Of(between[i]), Current.Offset));
            foreach (var variable in between) Release(variable);
        }

        if (consume) foreach (var value in Pop(count)) Release(value);
    }

    private Expression LeafInPlace(Expression value)
    {
        if (value.IsLeaf) return value;
        var target = New(value.Type, isExact: false);
        statements.Add(new Assign(target, value, Current.Offset));
        Release(value);
        return Expression.Of(target);
    }

    private void PushUse(Variable variable)
    {
        variable.Uses++;
        Push(Expression.Of(variable));
    }

    // One more owner of a settled operand.
    private static void Keep(Expression leaf)
    {
        if (leaf.Source is { IsLocal: false } source) source.Uses++;
    }

    private void Truncate(int height)
    {
        while (stack.Count > height) Release(Pop());
    }

    private sealed class Frame(Opcode opcode, FunctionType type, int height, bool isLive)
    {
        public Opcode Opcode { get; } = opcode;

        public FunctionType Type { get; } = type;

        /// <summary>Operands below the block's parameters.</summary>
        public int Height { get; } = height;

        public bool IsLive { get; } = isLive;

        public bool HasElse { get; set; }

        /// <summary>Where a branch to the block goes: the start of a loop, the end of the others.</summary>
        public JumpLabel Label { get; } = new();

        /// <summary>Where a false condition goes.</summary>
        public JumpLabel Else { get; } = new();

        /// <summary>What an if takes, in both of its arms.</summary>
        public ImmutableArray<Expression> Parameters { get; set; } = [];

        /// <summary>Where branches to the block leave their values, once one has been seen.</summary>
        public ImmutableArray<Variable> Variables { get; private set; } = [];

        public ImmutableArray<WasmType> LabelTypes => Opcode == Opcode.Loop ? Type.Parameters : Type.Results;

        public ImmutableArray<Variable> LabelVariables(FunctionTranslator owner)
        {
            if (Variables.IsEmpty) Variables = [.. LabelTypes.Select(t => owner.New(t, isExact: false))];
            return Variables;
        }

        public ImmutableArray<Variable> ResultVariables(FunctionTranslator owner) => LabelTypes.IsEmpty ? [] : LabelVariables(owner);
    }
}
