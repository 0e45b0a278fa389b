namespace Fog.Wasm.Format;

/// <summary>A module is not acceptable.</summary>
/// <remarks>Thrown by the reader, the validator and whoever else judges modules; never by a guest that runs.</remarks>
public sealed class ModuleException(ModuleError error, int offset, string detail)
    : Exception($"{error} at offset {offset}: {detail}")
{
    public ModuleError Error { get; } = error;

    /// <summary>Byte offset into the module, as close to the fault as is known; 0 when it belongs to no place.</summary>
    public int Offset { get; } = offset;

    /// <summary>For people: the name of the feature, limit, section or index in question.</summary>
    public string Detail { get; } = detail;
}
