using System.Collections.Immutable;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Values;

/// <summary>A decoded canonical result: a value or a trap.</summary>
public abstract record FogResult
{
    private FogResult()
    {
    }

    public sealed record Returned(FogValue Value) : FogResult
    {
        /// <summary>What is to be done, in this order; at most <see cref="PortableLimits.EffectsMax"/>.</summary>
        public ImmutableArray<FogEffect> Effects { get; init; } = [];
    }

    /// <param name="Function">Index of the function in the module.</param>
    /// <param name="Offset">Byte offset in the module of the instruction; 0 when it belongs to none.</param>
    public sealed record Trapped(TrapCode Code, uint Function, uint Offset) : FogResult
    {
        public string Message => TrapMessage.Of(Code);
    }
}
