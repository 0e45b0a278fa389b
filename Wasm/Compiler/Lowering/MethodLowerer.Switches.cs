using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    private const int TableLabelsMin = 4;

    private void LowerSwitch(Switch branch)
    {
        // block break { block n { … block 0 { to the label of the section that matches } section 0 } … section n }
        Push(branch.Of);
        code.Set(SlotsOf(branch.Value));
        var exit = code.Open(Opcode.Block);
        labels[branch.Break] = exit;
        var targets = new Label[branch.Sections.Length];

        // goto case may lead back: 'state' is then the section to start with, at first none.
        var state = branch.Sections.Any(s => s.Target.IsUsedFromBehind) ? new Slot(WasmType.I32) : null;
        if (state is not null)
        {
            code.I32(targets.Length);
            code.Set(state);
        }

        var top = state is null ? null : code.Open(Opcode.Loop);
        for (var i = targets.Length - 1; i >= 0; i--) labels[branch.Sections[i].Target] = targets[i] = code.Open(Opcode.Block);
        if (state is not null)
        {
            var first = code.Open(Opcode.Block);
            code.Get(state);
            code.BranchTable(targets, first);
            code.End();
        }

        var otherwise = exit;
        for (var i = 0; i < targets.Length; i++)
        {
            if (branch.Sections[i].Labels.Contains(null)) otherwise = targets[i];
        }

        if (TableOf(branch) is { } table) Dispatch(branch, table, targets, otherwise);
        else
        {
            for (var i = 0; i < targets.Length; i++)
            {
                foreach (var label in branch.Sections[i].Labels)
                {
                    if (label is not null) BranchIf(label, true, targets[i]);
                }
            }

            code.Branch(Opcode.Br, otherwise);
        }

        for (var i = 0; i < targets.Length; i++)
        {
            EndBlockOf(branch.Sections[i].Target, state, i, top);
            LowerStatement(branch.Sections[i].Body);
        }

        if (top is not null) code.End();
        code.End();
    }

    private void Dispatch(Switch branch, Dictionary<int, int> table, Label[] targets, Label otherwise)
    {
        var min = table.Keys.Min();
        code.Get(SlotsOf(branch.Value));
        if (min != 0)
        {
            code.I32(min);
            code.Emit(Opcode.I32Sub);
        }

        var count = (int)((long)table.Keys.Max() - min + 1);
        code.BranchTable(Enumerable.Range(0, count).Select(i => table.TryGetValue(unchecked(min + i), out var section) ? targets[section] : otherwise), otherwise);
    }

    /// <summary>Section by value, when all labels are 32-bit constants close to each other.</summary>
    private static Dictionary<int, int>? TableOf(Switch branch)
    {
        if (branch.Value.Type is not ScalarType { Wasm: WasmType.I32 }) return null;
        var table = new Dictionary<int, int>();
        for (var i = 0; i < branch.Sections.Length; i++)
        {
            foreach (var label in branch.Sections[i].Labels)
            {
                if (label is null) continue;
                if (label is not Binary { Operator: BinaryOperator.Equal, Left: VariableValue value, Right: Constant constant } || value.Variable != branch.Value) return null;
                table.TryAdd((int)constant.Bits, i);
            }
        }

        return table.Count >= TableLabelsMin && (long)table.Keys.Max() - table.Keys.Min() < 3L * table.Count + 8 ? table : null;
    }
}
