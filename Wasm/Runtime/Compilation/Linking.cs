using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Whether what there is fits an import (WebAssembly 2.0, 4.5.3).</summary>
internal static class Linking
{
    /// <exception cref="LinkException">It is not there, or does not fit.</exception>
    public static object Link(Import import, Module module, object? found)
    {
        var fits = (import.Kind, found) switch
        {
            (_, null) => throw new LinkException(LinkError.UnknownImport, import),
            (ExternalKind.Function, GuestFunction function) => function.Type.Equals(module.Types[import.TypeIndex]),
            (ExternalKind.Table, GuestTable table) => table.Element == import.Table.Element && Fits((uint)table.Size, table.DeclaredMax, import.Table.Limits),
            (ExternalKind.Memory, GuestMemory memory) => Fits((uint)memory.Pages, memory.DeclaredMax, import.Memory.Limits),
            (ExternalKind.Global, GuestGlobal global) => global.Type == import.Global,
            _ => false,
        };
        return fits ? found : throw new LinkException(LinkError.IncompatibleImportType, import);
    }

    private static bool Fits(uint size, uint? max, Limits wanted) =>
        size >= wanted.Min && (wanted.Max is not { } wantedMax || max <= wantedMax);
}
