using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Values;

/// <summary>A decoded canonical result: a value or a trap.</summary>
public abstract record FogResult
{
    private FogResult()
    {
    }

    public sealed record Returned(FogValue Value) : FogResult;

    /// <param name="Function">Index of the function in the module.</param>
    /// <param name="Offset">Byte offset in the module of the instruction; 0 when it belongs to none.</param>
    public sealed record Trapped(TrapCode Code, uint Function, uint Offset) : FogResult
    {
        public string Message => TrapMessage.Of(Code);
    }
}
