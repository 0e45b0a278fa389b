using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A table: functions (<see cref="GuestFunction"/>) or what the host put there; null is null.</summary>
public sealed class GuestTable(TableType type)
{
    internal object?[] Items = new object?[type.Limits.Min];

    public WasmType Element => type.Element;

    public int Size => Items.Length;

    public uint? DeclaredMax => type.Limits.Max;

    internal void Grow(int delta, object? value)
    {
        var old = Items.Length;
        Array.Resize(ref Items, old + delta);
        Items.AsSpan(old).Fill(value);
    }
}
