using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>
/// Lowers one valid function from stack code to register code:
/// <code>
/// local.get 0  local.get 1  f64.mul  local.set 2      →  F64Mul 2 0 1
/// local.get 0  i32.const 9  i32.lt_s  br_if 0         →  BrI32LtSImm 0 9 target
/// local.get 0  local.get 1  i32.const 3  i32.shl  i32.add  f64.load 16  →  F64LoadIndexed 0 0 1 16
/// </code>
/// </summary>
internal sealed partial class FunctionLowering
{
    private readonly ModuleContext context;
    private readonly ImageLayout layout;
    private readonly CodeBuffer code;
    private readonly Function function;
    private readonly FunctionType type;
    private readonly BasicBlocks blocks;
    private readonly (WasmType Type, int Register)[] locals;
    private readonly ImmutableArray<(WasmType Type, ulong Bits)> constants;
    private readonly int[] constantRegisters;
    private readonly ImmutableArray<HoistedExpression> hoisted;
    private readonly int[] hoistedRegisters;
    private readonly OperandStack stack;
    private readonly List<Frame> frames = [];
    private readonly List<Label> labels = [];
    private readonly bool isLong;
    private int at;

    // Before the check emitted last.
    private CodeBuffer.State beforeCheck;

    private FunctionLowering(ModuleContext context, ImageLayout layout, CodeBuffer code, Function function, bool isLong)
    {
        (this.context, this.layout, this.code, this.function, this.isLong) = (context, layout, code, function, isLong);
        type = context.Type(function.TypeIndex, 0);
        blocks = BasicBlocks.Of(function, context);
        var next = new int[RegisterKinds.Count];
        locals = [.. type.Parameters.Concat(function.Locals).Select(t => (t, next[(int)RegisterKinds.Of(t)]++))];
        constants = Hoisting.Constants(function.Body, blocks);
        constantRegisters = [.. constants.Select(c => next[(int)RegisterKinds.Of(c.Type)]++)];
        hoisted = Hoisting.Expressions(function.Body, blocks, local => locals[local].Type);
        hoistedRegisters = [.. hoisted.Where(h => !h.IsRepeated).Select(h => next[(int)RegisterKinds.Of(h.Type)]++)];
        stack = new(code, next);
    }

    private Instruction Current => function.Body[at];

    /// <summary>Appends the function's prologue and code.</summary>
    public static void Lower(ModuleContext context, ImageLayout layout, CodeBuffer code, Function function)
    {
        var start = code.Save();
        if (new FunctionLowering(context, layout, code, function, isLong: false).Lower()) return;

        // Some branch is longer than compare-and-branch can say: once more without those.
        code.Restore(start);
        if (!new FunctionLowering(context, layout, code, function, isLong: true).Lower()) throw new InvalidOperationException("a branch of more than 31 bits");
    }

    /// <summary>Appends what stands for a function that nothing calls.</summary>
    public static void LowerNothing(CodeBuffer code)
    {
        code.Cell(0);
        code.Emit(DeviceOp.Unreachable);
    }

    private bool Lower()
    {
        var prologue = code.Length;
        code.Cell(0);
        EmitCost(0);
        ZeroLocals();
        for (var i = 0; i < constants.Length; i++) stack.EmitConstant(RegisterKinds.Of(constants[i].Type), constantRegisters[i], constants[i].Bits);
        Open(Opcode.Block, new FunctionType([], type.Results), isLive: true);

        for (at = 0; at < function.Body.Length; at++)
        {
            if (!blocks.IsLive(at)) SkipCurrent();
            else if (!UseHoisted()) LowerCurrent();
        }

        if (!labels.TrueForAll(code.Resolve)) return false;
        code.JoinPairs(prologue + 1);
        foreach (var group in type.Results.Concat(type.Parameters).GroupBy(RegisterKinds.Of)) stack.NeedAtLeast(group.Key, group.Count());
        for (var kind = 0; kind < RegisterKinds.Count; kind++) code.SetField(prologue, kind, stack.Peak((RegisterKind)kind));
        return true;
    }

    private void LowerCurrent()
    {
        var row = OpcodeTable.Get(Current.Opcode);
        if (row.Signature is { } signature && LowerOperation(row, signature)) return;
        switch (Current.Opcode)
        {
            case Opcode.Nop:
                break;
            case Opcode.Unreachable:
                code.MapTrap(Current.Offset);
                code.Emit(DeviceOp.Unreachable);
                break;
            case Opcode.Block:
                Settle();
                Open(Opcode.Block, context.BlockType(Current.BlockType, 0), isLive: true);
                break;
            case Opcode.Loop:
                Settle();
                Hoist();
                Open(Opcode.Loop, context.BlockType(Current.BlockType, 0), isLive: true);
                Begin(frames[^1].Label);
                break;
            case Opcode.If when BasicBlocks.IsCheck(function.Body, at):
                TrapIf(DeviceOp.TrapIf, stack.Register(stack.Pop()));
                break;
            case Opcode.If:
                If(Condition.Nonzero(stack.Register(stack.Pop())));
                break;
            case Opcode.Else:
                CloseThen();
                break;
            case Opcode.End:
                End(fallsThrough: true);
                break;
            case Opcode.Br:
                Branch(Current.Index);
                break;
            case Opcode.BrIf:
                BranchIf(Condition.Nonzero(stack.Register(stack.Pop())));
                break;
            case Opcode.BrTable:
                BranchTable();
                break;
            case Opcode.Return:
                Branch(frames.Count - 1);
                break;
            case Opcode.Call when context.Elementary.Of(Current.Index) is { } elementary:
                Elementary(elementary);
                if (blocks.BeginsAt(at + 1)) EmitCost(at + 1);
                break;
            case Opcode.Call:
                var callee = context.FunctionType(Current.Index, 0);
                if (Current.Index < layout.ImportedFunctions) Call(callee, DeviceOp.CallImport, layout.FunctionNumber(Current.Index), 0, 0);
                else Call(callee, DeviceOp.Call, Current.Index - layout.ImportedFunctions, 0, 0);
                if (blocks.BeginsAt(at + 1)) EmitCost(at + 1);
                break;
            case Opcode.CallIndirect:
                var index = stack.Register(stack.Pop());
                Call(context.Type(Current.Index, 0), DeviceOp.CallIndirect, layout.TypeId(Current.Index), (int)Current.Second, index);
                break;
            case Opcode.Drop:
                stack.Pop();
                break;
            case Opcode.Select or Opcode.SelectT:
                Select();
                break;
            case Opcode.LocalGet:
                stack.PushLocal(locals[Current.Index].Type, locals[Current.Index].Register);
                break;
            case Opcode.LocalSet:
                stack.Assign(stack.Pop(), locals[Current.Index].Register);
                break;
            case Opcode.LocalTee:
                stack.Assign(stack.Pop(), locals[Current.Index].Register);
                stack.PushLocal(locals[Current.Index].Type, locals[Current.Index].Register);
                break;
            default:
                LowerState();
                break;
        }
    }

    // Computes what the loop at hand does not change, before it.
    private void Hoist()
    {
        var loop = at;
        foreach (var expression in hoisted.Where(h => h.Loop == loop && !h.IsRepeated))
        {
            for (at = expression.Start; at <= expression.End; at++)
            {
                if (!UseHoisted(expression.End)) LowerCurrent();
            }

            stack.Assign(stack.Pop(), hoistedRegisters[expression.Register]);
        }

        at = loop;
    }

    // Whether the code from here computes what was hoisted; then its register takes its place.
    private bool UseHoisted(int endBefore = int.MaxValue)
    {
        // Of an inner loop's expression and the part of it that is an outer loop's, the former is the later.
        for (var i = hoisted.Length - 1; i >= 0; i--)
        {
            if (hoisted[i].Start != at || hoisted[i].End >= endBefore) continue;
            stack.PushLocal(hoisted[i].Type, hoistedRegisters[hoisted[i].Register]);
            at = hoisted[i].End;
            return true;
        }

        return false;
    }

    // Unreachable code leaves nothing behind but its nesting.
    private void SkipCurrent()
    {
        switch (Current.Opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                Open(Current.Opcode, new FunctionType([], []), isLive: false);
                break;
            case Opcode.Else when frames[^1].IsLive:
                BeginElse();
                break;
            case Opcode.End:
                End(fallsThrough: false);
                break;
        }
    }

    private void Settle() => stack.Settle(frames[^1].Count);

    private void Open(Opcode opcode, FunctionType blockType, bool isLive)
    {
        var frame = new Frame(opcode, blockType, stack.Count - blockType.Parameters.Length, stack.Heights(), isLive);
        if (isLive)
        {
            // Heights below the parameters, which stand settled on top.
            foreach (var parameter in blockType.Parameters) frame.Heights[(int)RegisterKinds.Of(parameter)]--;
            labels.Add(frame.Label);
        }

        frames.Add(frame);
    }

    private void If(Condition condition)
    {
        Settle();
        Open(Opcode.If, context.BlockType(Current.BlockType, 0), isLive: true);
        labels.Add(frames[^1].Else);
        condition.EmitBranch(code, whenTrue: false, frames[^1].Else);
        EmitCost(at + 1);
    }

    // if unreachable end: the trap belongs to the unreachable.
    private void TrapIf(DeviceOp op, int left, int right = 0)
    {
        at++;
        beforeCheck = code.Save();
        code.MapTrap(Current.Offset);
        code.Emit(op, left, right);
        at++;
    }

    private void CloseThen()
    {
        Settle();
        Jump(frames[^1].Label);
        BeginElse();
    }

    private void BeginElse()
    {
        var frame = frames[^1];
        frame.HasElse = true;
        Begin(frame.Else);
        stack.Restart(frame.Count, frame.Heights, frame.Type.Parameters);
    }

    private void End(bool fallsThrough)
    {
        var frame = frames[^1];
        if (frames.Count == 1)
        {
            if (fallsThrough) Return();
            frames.Clear();
            return;
        }

        if (fallsThrough) Settle();
        frames.RemoveAt(frames.Count - 1);
        if (!frame.IsLive || !(fallsThrough || blocks.BeginsAt(at + 1))) return;
        if (blocks.BeginsAt(at + 1))
        {
            var start = Begin(frame.Label);

            // Without an else the false condition comes straight here, its parameters being the results.
            if (frame.Opcode == Opcode.If && !frame.HasElse) frame.Else.Cell = start;
        }

        stack.Restart(frame.Count, frame.Heights, frame.Type.Results);
    }

    // Starts the basic block before the next instruction, where branches to the label come in.
    private int Begin(Label label)
    {
        code.Bind(label);
        EmitCost(at + 1);
        return label.Cell;
    }

    private void EmitCost(int instruction)
    {
        code.MapTrap(function.Body[instruction].Offset);
        code.Emit(DeviceOp.Block, blocks.Cost(instruction));
    }

    private Frame Target(int depth) => frames[frames.Count - 1 - depth];

    private void Branch(int depth)
    {
        var target = Target(depth);
        if (depth == frames.Count - 1)
        {
            Return();
            return;
        }

        stack.CopyTo(target.LabelTypes.Length, target.Heights);
        Jump(target.Label);
    }

    private void Jump(Label target)
    {
        code.Emit(DeviceOp.Br);
        code.LongTarget(target);
    }

    private void Return()
    {
        if (type.Results.Length > 0) stack.CopyResults(type.Results.Length);
        code.Emit(DeviceOp.Return);
    }

    private bool NeedsStub(int depth) =>
        depth == frames.Count - 1 || !stack.AreAt(Target(depth).LabelTypes.Length, Target(depth).Heights);

    private void BranchIf(Condition condition)
    {
        var depth = Current.Index;
        if (!NeedsStub(depth))
        {
            condition.EmitBranch(code, whenTrue: true, Target(depth).Label);
            EmitCost(at + 1);
            return;
        }

        // Branch around the moves: not (condition) → behind; moves; Br target; behind:
        var behind = new Label();
        labels.Add(behind);
        condition.EmitBranch(code, whenTrue: false, behind);
        code.Emit(DeviceOp.Block);
        Branch(depth);
        Begin(behind);
    }

    private void BranchTable()
    {
        var index = stack.Register(stack.Pop());
        var stubs = new SortedDictionary<int, Label>();
        uint[] depths = [.. Current.List, Current.Second];
        code.Emit(DeviceOp.BrTable, index, Current.List.Length);
        var table = code.Length;
        for (var i = 0; i < depths.Length; i += 2) code.Cell(0L);
        for (var i = 0; i < depths.Length; i++)
        {
            var depth = (int)depths[i];
            var target = Target(depth).Label;
            if (NeedsStub(depth) && !stubs.TryGetValue(depth, out target))
            {
                stubs.Add(depth, target = new());
                labels.Add(target);
            }

            code.HalfTarget(target, table + (i / 2), i % 2 == 1, table);
        }

        foreach (var (depth, stub) in stubs)
        {
            code.Bind(stub);
            code.Emit(DeviceOp.Block);
            Branch(depth);
        }
    }

    private void Call(FunctionType callee, DeviceOp op, int a, int b, int c)
    {
        stack.Settle(stack.Count - callee.Parameters.Length);
        for (var i = 0; i < callee.Parameters.Length; i++) stack.Pop();
        code.MapTrap(Current.Offset);
        code.Emit(op, a, b, c);
        code.Cell(stack.Height(RegisterKind.I32), stack.Height(RegisterKind.I64), stack.Height(RegisterKind.F32), stack.Height(RegisterKind.F64));
        foreach (var result in callee.Results) stack.PushSlot(result);
    }

    // Parameters come from the caller; what the function declares starts at zero, references at null.
    private void ZeroLocals()
    {
        DeviceOp[] zero = [DeviceOp.ZeroI32, DeviceOp.ZeroI64, DeviceOp.ZeroF32, DeviceOp.ZeroF64];
        foreach (var group in locals.Skip(type.Parameters.Length).GroupBy(l => RegisterKinds.Of(l.Type)))
        {
            code.Emit(zero[(int)group.Key], group.First().Register, group.Count());
        }

        foreach (var local in locals.Skip(type.Parameters.Length).Where(l => l.Type.IsReference())) code.EmitWide(DeviceOp.I32Const, local.Register, -1);
    }

    private sealed class Frame(Opcode opcode, FunctionType type, int count, int[] heights, bool isLive)
    {
        public Opcode Opcode { get; } = opcode;

        public FunctionType Type { get; } = type;

        /// <summary>Operands below the block's parameters.</summary>
        public int Count { get; } = count;

        /// <summary>Registers of each kind below the block's parameters.</summary>
        public int[] Heights { get; } = heights;

        public bool IsLive { get; } = isLive;

        public bool HasElse { get; set; }

        /// <summary>Where a branch to the block goes: the start of a loop, the end of the others.</summary>
        public Label Label { get; } = new();

        /// <summary>Where a false condition goes.</summary>
        public Label Else { get; } = new();

        public ImmutableArray<WasmType> LabelTypes => Opcode == Opcode.Loop ? Type.Parameters : Type.Results;
    }
}
