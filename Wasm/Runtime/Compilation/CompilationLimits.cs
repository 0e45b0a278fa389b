namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Bounds of the compiler.</summary>
public static class CompilationLimits
{
    /// <summary>
    /// Instructions of one function: the JIT's time grows faster than its input. A module with a larger one runs on the
    /// portable executor.
    /// </summary>
    public const int FunctionInstructionsMax = 30_000;

    /// <summary>Stack for the host below and above the guest, in bytes.</summary>
    internal const int StackBytesFixed = 512 << 10;

    // A return address, saved registers, what the JIT adds of its own.
    private const int FrameBytesFixed = 512;

    // A place of its own, and as much again for what the JIT splits it into.
    private const int VariableBytes = 16;

    // What the JIT keeps between parts of a statement.
    private const int StatementBytes = 8;

    /// <summary>Stack of one call of a function, in bytes, at most.</summary>
    internal static int FrameBytes(int variables, int statements) => FrameBytesFixed + (variables * VariableBytes) + (statements * StatementBytes);
}
