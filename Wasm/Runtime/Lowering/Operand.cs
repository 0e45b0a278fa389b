using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Lowering;

internal enum OperandForm
{
    /// <summary>In a register: its own slot.</summary>
    Slot,

    /// <summary>Still in the local (or hoisted constant) it was read from; no code yet.</summary>
    Local,

    /// <summary>A constant; no code yet.</summary>
    Constant,

    /// <summary>index &lt;&lt; shift, an address in the making; no code yet.</summary>
    Shifted,

    /// <summary>base + (index &lt;&lt; shift); no code yet.</summary>
    Scaled,
}

/// <summary>A value of the guest's operand stack while its function is lowered.</summary>
/// <param name="Slot">The register of its kind that is its own: locals of the kind, then operands below it.</param>
/// <param name="Top">First register of the kind that is free above it.</param>
/// <param name="Register">Where it is, or the base of a scaled one.</param>
/// <param name="Index">Shifted and scaled: the register that is shifted.</param>
/// <param name="Bits">Constant: its bits; shifted and scaled: the shift.</param>
internal readonly record struct Operand(
    OperandForm Form, WasmType Type, int Slot, int Top, int Register = 0, int Index = 0, ulong Bits = 0)
{
    public RegisterKind Kind => RegisterKinds.Of(Type);

    public bool IsAt(int register) => Form == OperandForm.Slot && Register == register;
}
