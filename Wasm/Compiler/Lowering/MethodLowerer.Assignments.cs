using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

internal sealed partial class MethodLowerer
{
    private void LowerAssign(Assign assign, bool wanted)
    {
        if (assign.Target is Element element)
        {
            LowerElementAssign(element, assign.Value, wanted);
            return;
        }

        Push(assign.Value);
        SetSlots(SlotsOf(assign.Target), wanted);
    }

    private void SetSlots(ArraySegment<Slot> target, bool wanted)
    {
        if (wanted && target.Count == 1)
        {
            code.Tee(target[0]);
            return;
        }

        code.Set(target);
        if (wanted) code.Get(target);
    }

    // a[i] = v: C# evaluates a, i and v, then looks whether i is in range. The check may come first when v cannot fail
    // in a way that would tell.
    private void LowerElementAssign(Element element, Expression value, bool wanted)
    {
        var address = Evaluate(element, value);
        Slot? held = null;
        if (Effects.MayFail(value))
        {
            held = code.Take(element.Scalar.Wasm);
            Push(value);
            code.Set(held);
        }

        Check(address);
        PushAddress(address);
        if (held is not null) code.Get(held);
        else Push(value);
        if (wanted && held is null)
        {
            held = code.Take(element.Scalar.Wasm);
            code.Tee(held);
        }

        code.Access(StoreOf(element.Scalar), OffsetOf(address));
        if (wanted) code.Get(held!);
        if (held is not null) code.Release(held);
        code.Release(address.Temporaries);
    }

    private void LowerUpdate(Update update, bool wanted)
    {
        if (update.Target is Element element)
        {
            LowerElementUpdate(element, update, wanted);
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

    private void LowerElementUpdate(Element element, Update update, bool wanted)
    {
        var address = Evaluate(element, update.NewValue);
        Check(address);
        PushAddress(address);
        var at = code.Take(WasmType.I32);
        code.Tee(at);
        code.Get(at);
        code.Release(at);
        code.Access(LoadOf(element.Scalar), OffsetOf(address));
        code.Set(SlotsOf(update.Old));
        Push(update.NewValue);
        Slot? held = null;
        if (wanted && !update.GivesOld)
        {
            held = code.Take(element.Scalar.Wasm);
            code.Tee(held);
        }

        code.Access(StoreOf(element.Scalar), OffsetOf(address));
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
        var addresses = new ElementAddress?[deconstruction.Targets.Length];
        var others = deconstruction.Targets.OfType<Expression>().Append(deconstruction.Value).ToArray();
        for (var i = 0; i < addresses.Length; i++)
        {
            if (deconstruction.Targets[i] is Element element) addresses[i] = Evaluate(element, others);
        }

        Push(deconstruction.Value);
        var variables = deconstruction.Targets.OfType<VariableValue>().Select(t => t.Variable).ToList();
        if (!wanted && deconstruction.Targets.All(t => t is VariableValue or null) && variables.Distinct().Count() == variables.Count)
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
            var item = new ArraySegment<Slot>(held, tuple.OffsetOf(i), tuple.Elements[i].Shape.Length);
            if (addresses[i] is { } address)
            {
                Check(address);
                PushAddress(address);
                code.Get(item);
                code.Access(StoreOf(address.Element), OffsetOf(address));
                code.Release(address.Temporaries);
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
