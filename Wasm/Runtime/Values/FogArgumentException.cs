namespace Fog.Wasm.Runtime.Values;

/// <summary>Why arguments do not fit a function.</summary>
public enum ArgumentError
{
    /// <summary>More or fewer arguments than parameters.</summary>
    WrongCount,
    WrongType,

    /// <summary>A number that the type cannot hold.</summary>
    OutOfRange,

    /// <summary>The encoded list is larger than an array in memory may be.</summary>
    TooLong,
}

/// <summary>Arguments of a call do not fit the function's manifest: the caller's fault, told by parameter.</summary>
public sealed class FogArgumentException(ArgumentError error, string parameter, string detail)
    : Exception(parameter.Length == 0 ? $"{error}: {detail}" : $"{error} of '{parameter}': {detail}")
{
    public ArgumentError Error { get; } = error;

    /// <summary>Name of the parameter, with the position of the element behind it where there is one; empty for the list.</summary>
    public string Parameter { get; } = parameter;
}
