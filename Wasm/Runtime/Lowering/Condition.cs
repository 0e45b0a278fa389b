using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>What a conditional branch tests: one or two operands, and the branches taken when it holds or does not.</summary>
internal readonly record struct Condition(DeviceOp WhenTrue, DeviceOp WhenFalse, int Left, int Right = -1)
{
    public static Condition Nonzero(int register) => new(DeviceOp.BrIf, DeviceOp.BrIfNot, register);

    public Condition Negated() => new(WhenFalse, WhenTrue, Left, Right);

    public void EmitBranch(CodeBuffer code, bool whenTrue, Label target)
    {
        var op = whenTrue ? WhenTrue : WhenFalse;
        if (op is DeviceOp.BrIf or DeviceOp.BrIfNot)
        {
            code.EmitWide(op, Left, 0);
            code.LongTarget(target);
        }
        else
        {
            code.Emit(op, Left, Right);
            code.ShortTarget(target);
        }
    }
}
