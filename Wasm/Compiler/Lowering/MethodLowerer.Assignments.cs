using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    private void LowerAssign(Assign assign, bool wanted)
    {
        if (IsInMemory(assign.Target))
        {
            LowerMemoryAssign(assign.Target, assign.Value, wanted);
            return;
        }

        if (!wanted && assign.Value is Conditional conditional && !IsSelected(conditional))
        {
            // Each arm sets the variable itself.
            LowerIf(new(conditional.Condition, Arm(conditional.WhenTrue), Arm(conditional.WhenFalse)));
            return;
        }

        Push(assign.Value);
        SetSlots(SlotsOf(assign.Target), wanted);

        ExpressionStatement Arm(Expression value) => new(value is Throw ? value : assign with { Value = value });
    }

    private void SetSlots(Slot[] target, bool wanted)
    {
        if (wanted && target.Length == 1)
        {
            code.Tee(target[0]);
            return;
        }

        code.Set(target);
        if (wanted) code.Get(target);
    }

    // a[i] = v: C# evaluates a, i and v, then looks whether i is in range; a[i].f = v looks first.
    private void LowerMemoryAssign(Expression target, Expression value, bool wanted)
    {
        if (target is Element { Index: Update { GivesOld: true, Target: VariableValue { Type: ScalarType { Wasm: WasmType.I32 } } index } step } stepped
            && !byAddress.Contains(index.Variable)
            && !Effects.MayFail(step.NewValue)
            && !Effects.Uses(stepped.Array, index.Variable)
            && !Effects.Uses(value, index.Variable))
        {
            // a[i++] = v  →  a[i] = v; i++
            LowerMemoryAssign(stepped with { Index = index }, value, wanted);
            LowerUpdate(step, wanted: false);
            return;
        }

        var (whole, leaf) = WholeOf(target);
        var address = Locate(whole, value);
        var isPart = target is TupleElement;
        var isSingle = target.Type.Leaves.Length == 1;
        Slot[]? held = null;
        if (isPart) Check(address);
        if (!isSingle || (!isPart && !Effects.IsLeaf(value)))
        {
            held = code.Take(target.Type.Shape);
            Push(value);
            code.Set(held);
        }

        if (!isPart) Check(address);
        if (held is not null)
        {
            Store(address, leaf, held);
        }
        else
        {
            PushAddress(address);
            Push(value);
            if (wanted)
            {
                held = code.Take(target.Type.Shape);
                code.Tee(held[0]);
            }

            code.Access(StoreOf(address.Layout.Leaves[leaf]), OffsetOf(address, leaf));
        }

        if (wanted) code.Get(held!);
        if (held is not null) code.Release(held);
        code.Release(address.Temporaries);
    }

    private void LowerUpdate(Update update, bool wanted)
    {
        if (IsInMemory(update.Target))
        {
            LowerMemoryUpdate(update, wanted);
            return;
        }

        // The old value is the variable itself, unless computing the new one changes it.
        var target = SlotsOf(update.Target);
        var variable = RootOf(update.Target)!;
        if (Effects.Assigns(update.NewValue, variable))
        {
            code.Get(target);
            code.Set(SlotsOf(update.Old));
        }
        else
        {
            slots[update.Old] = [.. target];
        }

        var givesOld = wanted && update.GivesOld;
        if (givesOld) code.Get(SlotsOf(update.Old));
        Push(update.NewValue);
        SetSlots(target, wanted && !givesOld);
    }

    private void LowerMemoryUpdate(Update update, bool wanted)
    {
        var (whole, leaf) = WholeOf(update.Target);
        var address = Locate(whole, update.NewValue);
        Check(address);
        if (update.Target.Type is not ScalarType scalar)
        {
            Load(address, leaf, update.Target.Type.Leaves.Length);
            code.Set(SlotsOf(update.Old));
            Push(update.NewValue);
            var items = code.Take(update.Target.Type.Shape);
            code.Set(items);
            Store(address, leaf, items);
            if (wanted) code.Get(update.GivesOld ? SlotsOf(update.Old) : items);
            code.Release(items);
            code.Release(address.Temporaries);
            return;
        }

        // The address is for the store.
        PushAddress(address);
        Load(address, leaf, 1);
        code.Set(SlotsOf(update.Old));
        Push(update.NewValue);
        Slot? held = null;
        if (wanted && !update.GivesOld)
        {
            held = code.Take(scalar.Wasm);
            code.Tee(held);
        }

        code.Access(StoreOf(scalar), OffsetOf(address, leaf));
        if (held is not null)
        {
            code.Get(held);
            code.Release(held);
        }
        else if (wanted)
        {
            code.Get(SlotsOf(update.Old));
        }

        code.Release(address.Temporaries);
    }

    // (a, b[i]) = v: the targets' parts first, then v, then the assignments from left to right.
    private void LowerDeconstruction(Deconstruction deconstruction, bool wanted)
    {
        var tuple = (TupleType)deconstruction.Value.Type;
        var addresses = new (ElementAddress Address, int Leaf)?[deconstruction.Targets.Length];
        var others = deconstruction.Targets.OfType<Expression>().Append(deconstruction.Value).ToArray();
        for (var i = 0; i < addresses.Length; i++)
        {
            if (deconstruction.Targets[i] is not { } part || !IsInMemory(part)) continue;
            var (whole, leaf) = WholeOf(part);
            addresses[i] = (Locate(whole, others), leaf);
            if (part is TupleElement) Check(addresses[i]!.Value.Address);
        }

        Push(deconstruction.Value);
        var variables = deconstruction.Targets.OfType<VariableValue>().Select(t => t.Variable).ToList();
        if (!wanted && deconstruction.Targets.All(t => t is null || (t is VariableValue && !IsInMemory(t))) && variables.Distinct().Count() == variables.Count)
        {
            // Straight from the stack, the last one first.
            for (var i = tuple.Elements.Length - 1; i >= 0; i--)
            {
                if (deconstruction.Targets[i] is { } target) code.Set(SlotsOf(target));
                else foreach (var _ in tuple.Elements[i].Shape) code.Emit(Opcode.Drop);
            }

            return;
        }

        var held = code.Take(tuple.Shape);
        code.Set(held);
        for (var i = 0; i < addresses.Length; i++)
        {
            var item = new ArraySegment<Slot>(held, tuple.OffsetOf(i), tuple.Elements[i].Leaves.Length);
            if (addresses[i] is { } place)
            {
                if (deconstruction.Targets[i] is not TupleElement) Check(place.Address);
                Store(place.Address, place.Leaf, item);
                code.Release(place.Address.Temporaries);
            }
            else if (deconstruction.Targets[i] is { } target)
            {
                code.Get(item);
                code.Set(SlotsOf(target));
            }
        }

        if (wanted) code.Get(held);
        code.Release(held);
    }
}
