using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Bounds of the compiler.</summary>
public static class CompilationLimits
{
    /// <summary>
    /// Instructions of one function: the JIT's time grows faster than its input. A module with a larger one runs on the
    /// portable executor.
    /// </summary>
    public const int FunctionInstructionsMax = 30_000;

    /// <summary>
    /// What a function's branches and calls move, in values: a branch of two bytes may carry as many as a type has. As for
    /// instructions.
    /// </summary>
    public const int FunctionMovesMax = 60_000;

    /// <summary>Stack for the host below and above the guest, in bytes.</summary>
    internal const int StackBytesFixed = 512 << 10;

    // A return address, saved registers, what the JIT adds of its own.
    private const int FrameBytesFixed = 512;

    // A place of its own, and as much again for what the JIT splits it into.
    private const int VariableBytes = 16;

    // What the JIT keeps between parts of a statement.
    private const int StatementBytes = 8;

    /// <summary>Values that branches and calls of a function move, at most.</summary>
    /// <param name="types">Type indices of all functions, imported ones first.</param>
    internal static long Moves(Module module, Function function, int[] types)
    {
        // A branch carries at most what the widest of the function's labels does.
        var widest = module.Types[function.TypeIndex].Results.Length;
        foreach (var instruction in function.Body)
        {
            if (instruction.Opcode is Opcode.Block or Opcode.Loop or Opcode.If) widest = System.Math.Max(widest, Width(module, instruction.BlockType));
        }

        long moves = 0;
        foreach (var instruction in function.Body)
        {
            moves += instruction.Opcode switch
            {
                Opcode.BrTable => (long)widest * (1 + instruction.List.Distinct().Count()),
                Opcode.Br or Opcode.BrIf or Opcode.Return or Opcode.Else or Opcode.End => widest,
                Opcode.Call => Width(module.Types[types[instruction.Index]]),
                Opcode.CallIndirect => Width(module.Types[instruction.Index]),
                _ => 0,
            };
        }

        return moves;
    }

    private static int Width(Module module, BlockType type) => type.IsIndex ? Width(module.Types[(int)type.Code]) : 1;

    private static int Width(FunctionType type) => System.Math.Max(type.Parameters.Length, type.Results.Length);

    /// <summary>Stack of one call of a function, in bytes, at most.</summary>
    internal static int FrameBytes(int variables, int statements) => FrameBytesFixed + (variables * VariableBytes) + (statements * StatementBytes);
}
