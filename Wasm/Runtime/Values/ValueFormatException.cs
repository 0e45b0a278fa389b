namespace Fog.Wasm.Runtime.Values;

/// <summary>Why encoded bytes are no value or result.</summary>
public enum ValueFormatError
{
    Truncated,
    TrailingBytes,
    UnknownVersion,
    UnknownKind,
    UnknownTag,
    UnknownTrap,
    NotCanonical,

    /// <summary>More effects than a call may have, or one of a kind or with a name that there is not.</summary>
    InvalidEffects,
}

/// <summary>Encoded bytes from a peer are malformed.</summary>
public sealed class ValueFormatException(ValueFormatError error, int offset) : Exception($"{error} at byte {offset}")
{
    public ValueFormatError Error { get; } = error;

    public int Offset { get; } = offset;
}
