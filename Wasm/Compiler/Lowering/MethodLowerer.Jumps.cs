using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>
/// goto: forwards it leaves the block that ends where its label is; backwards it starts a loop around all the parts
/// again, which then goes to the part that <c>state</c> says.
/// </summary>
internal sealed partial class MethodLowerer
{
    private readonly Dictionary<JumpTarget, (Slot State, int Part, Label Top)> restarts = [];

    private void LowerJump(Jump jump)
    {
        if (labels.TryGetValue(jump.Target, out var label))
        {
            code.Branch(Opcode.Br, label);
            return;
        }

        var (state, part, top) = restarts[jump.Target];
        code.I32(part);
        code.Set(state);
        code.Branch(Opcode.Br, top);
    }

    // loop top { block n { … block 1 { block 0 { to block 'state' } part 0 } part 1 … } part n }
    private void LowerParts(LabeledParts list)
    {
        var parts = list.Parts;
        var state = parts.Any(p => p.Label is { IsUsedFromBehind: true }) ? new Slot(WasmType.I32) : null;
        if (state is not null)
        {
            code.I32(0);
            code.Set(state);
        }

        var top = state is null ? null : code.Open(Opcode.Loop);
        var ends = new Label[parts.Length];
        for (var i = parts.Length - 1; i > 0; i--) labels[parts[i].Label!] = ends[i] = code.Open(Opcode.Block);
        if (state is not null)
        {
            ends[0] = code.Open(Opcode.Block);
            code.Get(state);
            code.BranchTable(ends, ends[0]);
            code.End();
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0) EndBlockOf(parts[i].Label!, state, i, top);
            LowerStatement(parts[i].Body);
        }

        if (top is not null) code.End();
    }

    private void EndBlockOf(JumpTarget target, Slot? state, int part, Label? top)
    {
        code.End();
        labels.Remove(target);
        if (state is not null) restarts[target] = (state, part, top!);
    }
}
