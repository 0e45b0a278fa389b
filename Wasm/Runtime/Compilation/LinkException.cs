using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Why an import cannot be satisfied.</summary>
public enum LinkError
{
    UnknownImport,

    /// <summary>What there is under the name is of another kind, type or size.</summary>
    IncompatibleImportType,
}

/// <summary>A module cannot be linked with what is there.</summary>
public sealed class LinkException(LinkError error, Import import)
    : Exception($"{(error == LinkError.UnknownImport ? "unknown import" : "incompatible import type")}: {import.Module}.{import.Name}")
{
    public LinkError Error { get; } = error;
}
