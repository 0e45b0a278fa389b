using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A local of the compiled method: a parameter, a local of the function, or a value between instructions.</summary>
internal sealed class Variable(WasmType type, int index, int argument = -1, bool isLocal = false)
{
    public WasmType Type { get; } = type;

    public int Index { get; } = index;

    /// <summary>Place among the arguments of the method, or -1 for one of its locals.</summary>
    public int Argument { get; } = argument;

    /// <summary>A parameter or local of the function, which instructions assign.</summary>
    public bool IsLocal { get; } = isLocal;

    /// <summary>Expressions on the operand stack and blocks that still need the value; of what is no local.</summary>
    public int Uses { get; set; }

    /// <summary>
    /// It may hold a NaN whose bits are to be kept. The others hold what arithmetic computed, and any NaN in them
    /// stands for the canonical one (<see cref="ExactNaNs"/>).
    /// </summary>
    public bool IsExact { get; set; }
}
