using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Values;

/// <summary>A value with its fog type.</summary>
/// <param name="Clr">
/// null for void; bool, sbyte, byte, short, ushort, char, int, uint, long, ulong, float, double or string; or an array of
/// one of the scalars. Not to be changed.
/// </param>
public sealed record FogValue(FogType Type, object? Clr)
{
    public static FogValue Void { get; } = new(new FogType(FogKind.Void), null);

    /// <summary>The value of a CLR object of one of the types above.</summary>
    /// <exception cref="ArgumentException">It is of another type.</exception>
    public static FogValue Of(object value) =>
        FogClrTypes.TypeOf(value.GetType()) is { } type
            ? new(type, value)
            : throw new ArgumentException($"{value.GetType()} is no fog type", nameof(value));
}
