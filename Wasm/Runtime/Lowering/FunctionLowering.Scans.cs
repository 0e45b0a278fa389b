using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

// Loops of one block that store in every round an element of an array, or the sum so far, as those that fold:
//   F64AddLoad 0 3 2 ; 0   F64StoreElement 0 5 2   StepBrGeSImm 2 0 -1 top   →   …   F64Scan 2 0 -1 top …
//   F64LoadChecked 0 3 7   F64StoreElement 0 5 6   I32AddImm 6 6 1   StepBrLtS 2 8 1 top
//   F64Load 1 2 0   F64StoreElement 0 5 6   I32AddImm 9 6 1   F64StoreElement 1 5 9   I32AddImm 6 6 3   StepBrNe 2 8 8 top
internal sealed partial class FunctionLowering
{
    // The turn was taken back: what stands from the top on is the rest of the body.
    private Scan? ScanOf(LoopStep step, Condition turn, Label top)
    {
        if (top.Cell < 0 || step.Op is not (DeviceOp.StepBrLtS or DeviceOp.StepBrGeSImm or DeviceOp.StepBrNe)) return null;
        var body = code.From(top.Cell + 1);
        if (body.Length is < 2 or > 5 || LoadedIn(body[0], turn.Left) is not { } scan) return null;
        var isAddress = (scan.Form & ScanForm.IsAddress) != 0;
        if (isAddress != (step.Op == DeviceOp.StepBrNe) || (isAddress && step.Amount != sizeof(double))) return null;
        if (step.Op == DeviceOp.StepBrGeSImm) scan = scan with { Form = scan.Form | ScanForm.IsDown };

        if (code.Op(body[1]) != DeviceOp.F64StoreElement) return null;
        var (stored, array, index) = (code.Field(body[1], 1), code.Field(body[1], 2), code.Field(body[1], 3));
        scan = scan with { Into = array, IntoIndex = index };
        var rest = body[2..];
        if (stored != scan.Value)
        {
            if (rest.Length < 2 || code.Op(rest[0]) != DeviceOp.I32AddImm || code.Field(rest[0], 2) != index) return null;
            var second = code.Field(rest[0], 1);
            if (code.Op(rest[1]) != DeviceOp.F64StoreElement || code.Field(rest[1], 1) != scan.Value || code.Field(rest[1], 2) != array || code.Field(rest[1], 3) != second) return null;
            scan = scan with { Form = scan.Form | ScanForm.IsPair, Number = stored, Second = second, Further = code.Field(rest[0], 3) };
            rest = rest[2..];
        }

        if (rest.Length > 1) return null;
        if (rest.Length == 1)
        {
            if (code.Op(rest[0]) != DeviceOp.I32AddImm || code.Field(rest[0], 1) != index || code.Field(rest[0], 2) != index) return null;
            scan = scan with { Step = code.Field(rest[0], 3) };
        }

        // What changes from round to round: the indices, each in its own way, and nothing else.
        List<int> changed = [turn.Left];
        if (rest.Length == 1) changed.Add(index);
        if ((scan.Form & ScanForm.IsPair) != 0) changed.Add(scan.Second);
        List<int> kept = [array, array + 1];
        if (step.Op != DeviceOp.StepBrGeSImm) kept.Add(turn.Right);
        if (!isAddress) kept.AddRange([scan.From, scan.From + 1]);
        if (!isAddress && scan.FromIndex != turn.Left) kept.Add(scan.FromIndex);
        if (rest.Length == 0 && (isAddress || index != turn.Left)) kept.Add(index);
        return changed.Distinct().Count() == changed.Count && !changed.Exists(kept.Contains) ? scan : null;
    }

    // The element, or what is summed of it.
    private Scan? LoadedIn(int cell, int counter)
    {
        var (value, from, at) = (code.Field(cell, 1), code.Field(cell, 2), code.Field(cell, 3));
        return code.Op(cell) switch
        {
            DeviceOp.F64Load when from == counter && at == 0 => new(value, 0, counter, ScanForm.IsAddress),
            DeviceOp.F64LoadChecked => new(value, from, at, 0),
            DeviceOp.F64AddLoad when code.At(cell + 1) == value => new(value, from, at, ScanForm.IsSum),
            _ => null,
        };
    }

    private void EmitScan(Scan scan)
    {
        code.Cell(scan.Value, scan.From, scan.FromIndex, scan.Form);
        code.Cell(scan.Into, scan.IntoIndex, scan.Step);
        code.Cell(scan.Number, scan.Second, scan.Further);
    }

    /// <param name="Step">Of the index of what is stored, unless that is the loop's.</param>
    /// <param name="Number">What is stored before the element, in a pair.</param>
    /// <param name="Second">Where the element's index stands then, and how much further it is.</param>
    private readonly record struct Scan(int Value, int From, int FromIndex, int Form, int Into = 0, int IntoIndex = 0, int Step = 0, int Number = 0, int Second = 0, int Further = 0);
}
