using System.Collections.Immutable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// Which variables a block inside a loop still needs. Around the rare call for the next slice of fuel they are put in the
/// meter and taken back: a variable that lived across the call would lose its register, for the register allocator does
/// not know that the call is rare.
/// </summary>
internal static class Liveness
{
    /// <summary>Variables kept around the call; with more there are no registers to lose.</summary>
    public const int VariablesKeptMax = 32;

    // Beyond, the function is left to the register allocator.
    private const int VariablesMax = 512;
    private const int RoundsMax = 16;

    /// <summary>By the index of its <see cref="Enter"/>, what each block inside a loop needs.</summary>
    public static IReadOnlyDictionary<int, ImmutableArray<Variable>> AtLoopBlocks(TranslatedFunction function)
    {
        var needs = new Dictionary<int, ImmutableArray<Variable>>();
        var looping = Looping(function.Statements);
        if (function.Variables.Count > VariablesMax || !Array.Exists(looping, depth => depth > 0)) return needs;
        var pass = new Pass(function);
        var rounds = 0;
        while (pass.Run())
        {
            if (++rounds == RoundsMax) return needs;
        }

        pass.Run((index, live) =>
        {
            if (looping[index] > 0 && live.Count <= VariablesKeptMax) needs.Add(index, [.. live]);
        });
        return needs;
    }

    // How many loops each statement is in, or more.
    private static int[] Looping(IReadOnlyList<Statement> statements)
    {
        var starts = new Dictionary<JumpLabel, int>();
        var changes = new int[statements.Count + 1];
        for (var i = 0; i < statements.Count; i++)
        {
            if (statements[i] is Bind bind) starts.Add(bind.Label, i);
            foreach (var label in Labels(statements[i]))
            {
                if (!starts.TryGetValue(label, out var start)) continue;
                changes[start]++;
                changes[i + 1]--;
            }
        }

        for (var i = 1; i < changes.Length; i++) changes[i] += changes[i - 1];
        return changes;
    }

    private static ImmutableArray<JumpLabel> Labels(Statement statement) => statement switch
    {
        Jump jump => [jump.Label],
        JumpIf jump => [jump.Label],
        JumpTable table => table.Labels,
        _ => [],
    };

    // One walk from the end to the start; what a label needs is known from the walk before where the jump goes back.
    private sealed class Pass(TranslatedFunction function)
    {
        private readonly Dictionary<JumpLabel, ulong[]> needs = [];
        private readonly ulong[] live = new ulong[(function.Variables.Count + 63) / 64];

        /// <summary>True when a label needs more than was known.</summary>
        public bool Run(Action<int, List<Variable>>? atBlock = null)
        {
            var changed = false;
            Array.Clear(live);
            for (var i = function.Statements.Count - 1; i >= 0; i--)
            {
                var statement = function.Statements[i];
                if (statement is Bind bind) changed |= Record(bind.Label);
                else if (statement is Enter) atBlock?.Invoke(i, [.. function.Variables.Where(IsLive)]);
                else Step(statement);
            }

            return changed;
        }

        private void Step(Statement statement)
        {
            switch (statement)
            {
                case Assign assign:
                    Clear(assign.Target);
                    Read(assign.Value);
                    break;
                case Select select:
                    Clear(select.Target);
                    Read(select.Condition, select.WhenTrue, select.WhenFalse);
                    break;
                case Load load:
                    Clear(load.Target);
                    Read(load.Address);
                    break;
                case Store store:
                    Read(store.Address, store.Value);
                    break;
                case SetGlobal set:
                    Read(set.Value);
                    break;
                case Jump or Unreachable or Return or JumpTable:
                    Array.Clear(live);
                    break;
                case TrapUnless check:
                    Read(check.Condition);
                    break;
                case Call call:
                    foreach (var result in call.Results) Clear(result);
                    Read(call.Arguments.AsSpan());
                    break;
                case CallIndirect call:
                    foreach (var result in call.Results) Clear(result);
                    Read(call.Arguments.AsSpan());
                    Read(call.Index);
                    break;
                case Operate operate:
                    if (operate.Result is { } written) Clear(written);
                    Read(operate.Arguments.AsSpan());
                    break;
            }

            foreach (var label in Labels(statement))
            {
                if (needs.TryGetValue(label, out var needed))
                {
                    for (var word = 0; word < live.Length; word++) live[word] |= needed[word];
                }
            }

            if (statement is JumpIf jump) Read(jump.Condition);
            if (statement is JumpTable table) Read(table.Index);
            if (statement is Return back) Read(back.Values.AsSpan());
        }

        private bool Record(JumpLabel label)
        {
            if (!needs.TryGetValue(label, out var known)) needs.Add(label, known = new ulong[live.Length]);
            if (known.AsSpan().SequenceEqual(live)) return false;
            live.CopyTo(known, 0);
            return true;
        }

        private void Read(params ReadOnlySpan<Expression> values)
        {
            foreach (var value in values)
            {
                if (value.Source is { } source) live[source.Index >> 6] |= 1UL << source.Index;
                if (value.Left is { } left) Read(left);
                if (value.Right is { } right) Read(right);
            }
        }

        private void Clear(Variable variable) => live[variable.Index >> 6] &= ~(1UL << variable.Index);

        private bool IsLive(Variable variable) => (live[variable.Index >> 6] & (1UL << variable.Index)) != 0;
    }
}
