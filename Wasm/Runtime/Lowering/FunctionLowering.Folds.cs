using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

// Loops of one block that fold an array into a number: their turn takes the usual rounds by itself.
//   F64LoadSub 4 0 2 ; 1   F64MulAdd 3 4 4 ; 3   StepBrLtS 2 5 1 top   →   F64LoadSub 4 0 2 ; 1   F64MulAdd 3 4 4 ; 3   F64Fold 2 5 1 top …
internal sealed partial class FunctionLowering
{
    // The turn was taken back: what stands from the top on is the rest of the body.
    private Fold? FoldOf(LoopStep step, Condition turn, Label top)
    {
        if (top.Cell < 0 || step.Op is not (DeviceOp.StepBrLtS or DeviceOp.AddBrLtS or DeviceOp.StepBrNe)) return null;
        var body = code.From(top.Cell + 1);
        if (body.Length is 0 or > 3) return null;
        var fold = ElementOf(body, turn.Left) is { } element ? IntoOf(body, element) : null;
        if (fold is not { } found) return null;

        // A loop over addresses ends where they are the limit's; one over an index where it is not below it.
        var isAddress = (found.Form & FoldForm.IsAddress) != 0;
        if (isAddress != (step.Op == DeviceOp.StepBrNe) || (isAddress && step.Amount != sizeof(double))) return null;
        var isByRegister = step.Op == DeviceOp.AddBrLtS;

        // Nothing but the index changes from round to round.
        var isOther = (found.Form & FoldForm.Element) is FoldForm.LessElement or FoldForm.TimesElement;
        var second = (int)found.Other & 0xFFFF;
        int[] kept = [turn.Right, .. isByRegister ? [step.Amount] : Array.Empty<int>(), .. isAddress ? Array.Empty<int>() : [found.Base, found.Base + 1], .. isOther ? [second, second + 1] : Array.Empty<int>()];
        if (kept.Contains(turn.Left)) return null;
        return isByRegister ? found with { Form = found.Form | FoldForm.StepInRegister } : found;
    }

    // What the first one or two instructions make of the element at the index.
    private Fold? ElementOf(int[] body, int index)
    {
        var (first, element, from, at) = (body[0], code.Field(body[0], 1), code.Field(body[0], 2), code.Field(body[0], 3));
        if (code.Op(first) == DeviceOp.F64Load) return from == index && at == 0 ? new(-1, element, 0, FoldForm.IsAddress, 0, 1) : null;
        if (at != index) return null;
        switch (code.Op(first))
        {
            case DeviceOp.F64AddLoad when body.Length == 1 && code.At(first + 1) == element:
                return new(element, element, from, FoldForm.Itself, 0, 1);
            case DeviceOp.F64LoadChecked when body.Length == 3:
                var isProduct = code.Op(body[1]) == DeviceOp.F64MulLoad && code.Field(body[1], 1) == element && code.At(body[1] + 1) == element;
                return isProduct ? new(-1, element, from, FoldForm.TimesElement, (long)code.Field(body[1], 2) | ((long)code.Field(body[1], 3) << 16), 2) : null;
            case DeviceOp.F64LoadChecked:
                return new(-1, element, from, FoldForm.Itself, 0, 1);
            case DeviceOp.F64LoadSub:
                return code.At(first + 1) != element ? new(-1, element, from, FoldForm.LessNumber, code.At(first + 1), 1) : null;
            case DeviceOp.F64LoadLoadSub:
                return new(-1, element, from, FoldForm.LessElement, code.At(first + 1), 1);
            default:
                return null;
        }
    }

    // What the last instruction takes it into.
    private Fold? IntoOf(int[] body, Fold fold)
    {
        if (fold.Instructions == body.Length) return fold.Accumulator >= 0 ? fold : null;
        if (fold.Instructions != body.Length - 1) return null;
        var (last, into, a, b) = (body[^1], code.Field(body[^1], 1), code.Field(body[^1], 2), code.Field(body[^1], 3));
        var element = fold.Element;
        int? form = code.Op(last) switch
        {
            DeviceOp.F64Add when (a == into && b == element) || (a == element && b == into) => FoldForm.Sum,
            DeviceOp.F64MulAdd when a == element && b == element && code.At(last + 1) == into => FoldForm.Squares,
            DeviceOp.F64Min when a == into && b == element => FoldForm.Least,
            DeviceOp.F64Max when a == into && b == element => FoldForm.Greatest,
            _ => null,
        };
        var isKept = into != element && !((fold.Form & FoldForm.Element) == FoldForm.LessNumber && fold.Other == into);
        return form is { } found && isKept ? fold with { Accumulator = into, Form = fold.Form | found } : null;
    }

    /// <param name="Other">The second register, or base and index.</param>
    /// <param name="Instructions">How many make the element; of one that also adds it the accumulator is known.</param>
    private readonly record struct Fold(int Accumulator, int Element, int Base, int Form, long Other, int Instructions);
}
