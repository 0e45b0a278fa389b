namespace Fog.Wasm.Format;

/// <summary>
/// Type of a <c>block</c>, <c>loop</c> or <c>if</c>: nothing, one result, or a type of the type section.
/// </summary>
/// <param name="Code">The signed 33-bit integer of the binary format: an index when not negative.</param>
public readonly record struct BlockType(long Code)
{
    private const long EmptyCode = -0x40;

    public static BlockType Empty => new(EmptyCode);

    public static BlockType Of(WasmType result) => new((long)result - 0x80);

    public static BlockType Indexed(int typeIndex) => new(typeIndex);

    public bool IsEmpty => Code == EmptyCode;

    public bool IsIndex => Code >= 0;

    /// <summary>The single result; only when neither <see cref="IsEmpty"/> nor <see cref="IsIndex"/>.</summary>
    public WasmType Result => (WasmType)(Code + 0x80);
}
