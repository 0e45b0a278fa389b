using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    /// <summary>A condition of at most this many instructions is written twice, before the loop and at its end.</summary>
    private const int RepeatedConditionMax = 8;

    private void LowerStatement(Statement statement)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (statement)
        {
            case Block block:
                foreach (var inner in block.Statements) LowerStatement(inner);
                break;
            case ExpressionStatement { Expression: var expression }:
                Effect(expression);
                break;
            case If branch:
                LowerIf(branch);
                break;
            case Loop loop:
                LowerLoop(loop);
                break;
            case ForEach loop:
                LowerForEach(loop);
                break;
            case Switch branch:
                LowerSwitch(branch);
                break;
            case LabeledParts parts:
                LowerParts(parts);
                break;
            case Jump jump:
                LowerJump(jump);
                break;
            case Return result:
                LowerReturn(result);
                break;
            default:
                throw new InvalidOperationException($"no code for {statement.GetType().Name}");
        }
    }

    private void LowerReturn(Return result)
    {
        if (result.Value is { } value) Push(value);
        foreach (var variable in givenBack) code.Get(SlotsOf(variable));
        foreach (var global in LoweredFunction.ResultGlobals(Results, program.IsMathematics(method.Symbol)).Reverse()) code.Emit(Opcode.GlobalSet, global);
        code.Emit(Opcode.Return);
    }

    private void LowerIf(If branch)
    {
        if (branch.Condition is ShortCircuit)
        {
            // block end { block else { br_if else … ; then; br end } else }
            var end = branch.WhenFalse is null ? null : code.Open(Opcode.Block);
            var otherwise = code.Open(Opcode.Block);
            BranchIf(branch.Condition, false, otherwise);
            LowerStatement(branch.WhenTrue);
            if (end is not null) code.Branch(Opcode.Br, end);
            code.End();
            if (end is null) return;
            LowerStatement(branch.WhenFalse!);
            code.End();
            return;
        }

        Push(branch.Condition);
        code.Open(Opcode.If);
        LowerStatement(branch.WhenTrue);
        if (branch.WhenFalse is { } whenFalse)
        {
            code.Else();
            LowerStatement(whenFalse);
        }

        code.End();
    }

    private void LowerLoop(Loop loop)
    {
        // Tested at its end, a round costs one branch:
        //   block break { br_if !condition break; loop top { block continue { body } step; br_if condition top } }
        var atEnd = !loop.TestsFirst || (loop.Condition is { } condition && Effects.Size(condition) <= RepeatedConditionMax);
        var exit = code.Open(Opcode.Block);
        labels[loop.Break] = exit;
        if (loop.TestsFirst && atEnd) BranchIf(loop.Condition!, false, exit);
        var top = code.Open(Opcode.Loop);
        if (loop.TestsFirst && !atEnd && loop.Condition is not null) BranchIf(loop.Condition, false, exit);
        LowerBody(loop.Body, loop.Continue);
        foreach (var step in loop.Step) LowerStatement(step);
        if (atEnd && loop.Condition is not null) BranchIf(loop.Condition, true, top);
        else code.Branch(Opcode.Br, top);
        code.End();
        code.End();
    }

    private void LowerBody(Statement body, JumpTarget next)
    {
        if (!next.IsUsed)
        {
            LowerStatement(body);
            return;
        }

        labels[next] = code.Open(Opcode.Block);
        LowerStatement(body);
        code.End();
    }

    private void LowerForEach(ForEach loop)
    {
        // Walks an address from the first element to the end; no index, so nothing to check.
        var array = (ArrayType)loop.Array.Type;
        var at = code.Take(WasmType.I32);
        var end = code.Take(WasmType.I32);
        var layout = array.Layout;
        Push(loop.Array);
        Scale(layout.Bytes);
        code.Set(end);
        code.Set(at);
        if (loop.MayBeNull) code.TrapIfNull(at, loop.Array.Place);
        code.Get(at);
        code.Get(end);
        code.Emit(Opcode.I32Add);
        code.Set(end);
        var exit = code.Open(Opcode.Block);
        labels[loop.Break] = exit;
        code.Get(at);
        code.Get(end);
        code.Emit(Opcode.I32Eq);
        code.Branch(Opcode.BrIf, exit);
        var top = code.Open(Opcode.Loop);
        if (byAddress.Contains(loop.Item))
        {
            code.Get(at);
            code.Set(SlotsOf(loop.Item));
        }
        else
        {
            Load(new(at, null, null, null, 0, array.Element, false, loop.Array.Place, []), 0, layout.Leaves.Length);
            var element = new Variable("element", array.Element);
            code.Set(SlotsOf(element));
            Push(loop.Convert(new VariableValue(element, loop.Array.Place)));
            code.Set(SlotsOf(loop.Item));
        }

        LowerBody(loop.Body, loop.Continue);
        code.Get(at);
        code.I32(layout.Bytes);
        code.Emit(Opcode.I32Add);
        code.Tee(at);
        code.Get(end);
        code.Emit(Opcode.I32Ne);
        code.Branch(Opcode.BrIf, top);
        code.End();
        code.End();
        code.Release(at);
        code.Release(end);
    }
}
