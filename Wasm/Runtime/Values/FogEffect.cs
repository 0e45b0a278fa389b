using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Values;

/// <summary>What a call wants done once, when its result is decided (docs/functions.md).</summary>
/// <param name="Name">What it is done to, <c>[a-z0-9-]{1,32}</c>.</param>
/// <param name="Text">UTF-16, unpaired surrogates included.</param>
public sealed record FogEffect(EffectKind Kind, string Name, string Text)
{
    /// <summary>Whether a function can name it so.</summary>
    internal static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= PortableLimits.NameUnitsMax && name.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-"u8) < 0;
}

/// <summary>Numbers are part of the canonical result: never renumbered.</summary>
public enum EffectKind : byte
{
    /// <summary>A text is published under a name.</summary>
    Emit = 1,

    /// <summary>The function keeps a text under a key, for its later calls.</summary>
    StatePut = 2,

    /// <summary>A function is called, with arguments as a JSON array.</summary>
    Call = 3,
}
