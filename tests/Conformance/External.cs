using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Conformance;

/// <summary>What one instance exports and another imports.</summary>
internal abstract record External
{
    /// <summary>A function by its number in the <see cref="Store"/>.</summary>
    public sealed record OfFunction(int Number, FunctionType Type) : External;

    public sealed record OfTable(Table Table, WasmType Element, uint? Max) : External;

    public sealed record OfMemory(LinearMemory Memory, uint? Max) : External;

    public sealed record OfGlobal(GlobalType Type, Func<long> Get, Action<long> Set) : External;

    /// <summary>Whether the import may be bound to this, as the specification's matching of external types has it.</summary>
    public bool Matches(Import import, Module importer) => (this, import.Kind) switch
    {
        (OfFunction function, ExternalKind.Function) => function.Type.Equals(importer.Types[import.TypeIndex]),
        (OfTable table, ExternalKind.Table) => table.Element == import.Table.Element && Within((uint)table.Table.Elements.Length, table.Max, import.Table.Limits),
        (OfMemory memory, ExternalKind.Memory) => Within((uint)memory.Memory.Bytes / LinearMemory.PageBytes, memory.Max, import.Memory.Limits),
        (OfGlobal global, ExternalKind.Global) => global.Type == import.Global,
        _ => false,
    };

    private static bool Within(uint size, uint? max, Limits limits) => size >= limits.Min && (limits.Max is not { } most || max <= most);
}
