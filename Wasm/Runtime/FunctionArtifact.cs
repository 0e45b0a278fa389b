using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime;

/// <summary>A function that was found fit to run: its module, its manifest and its device image.</summary>
/// <param name="Module">The module as it was read.</param>
/// <param name="Manifest">What it says of itself.</param>
/// <param name="Image">What devices run, named by its SHA-256.</param>
public sealed record FunctionArtifact(Module Module, FunctionManifest Manifest, ImmutableArray<byte> Image)
{
    private const int PageBytes = 65_536;

    /// <summary>Decodes, validates and lowers a module.</summary>
    /// <exception cref="ModuleException">
    /// It is malformed, invalid, over a limit, uses an unsupported feature, imports something, or its manifest is missing,
    /// malformed or not what the module is; or its <c>fog.traps</c> is malformed.
    /// </exception>
    public static FunctionArtifact Load(ReadOnlyMemory<byte> wasm)
    {
        // Before the copy, so that a module of gigabytes costs nothing.
        if (wasm.Length > ModuleLimits.ModuleBytesMax) throw new ModuleException(ModuleError.LimitExceeded, 0, $"{wasm.Length} bytes, at most {ModuleLimits.ModuleBytesMax}");
        var module = ModuleReader.Read(wasm.ToArray());
        ModuleValidator.Validate(module);
        if (module.Imports.Length > 0) throw new ModuleException(ModuleError.UnsupportedImport, 0, $"{module.Imports[0].Module}.{module.Imports[0].Name}");
        var manifest = FunctionManifest.Of(module);
        CheckExport(module, manifest.Name, manifest.ExportType, ModuleError.ExportMissing);
        var references = manifest.Parameters.Any(p => p.Type.IsReference);
        if (references) CheckExport(module, FunctionManifest.AllocatorName, new([WasmType.I32], [WasmType.I32]), ModuleError.AllocatorMissing);
        if ((references || manifest.Result.IsReference) && module.Memories.Length == 0) throw new ModuleException(ModuleError.MemoryMissing, 0, "arrays and strings need a memory");
        if (module.Memories.Length > 0 && (long)module.Memories[0].Limits.Min * PageBytes > manifest.MemoryBytesMax)
        {
            throw new ModuleException(ModuleError.MemoryOverLimit, 0, $"{module.Memories[0].Limits.Min} pages of {PageBytes} bytes, the manifest allows {manifest.MemoryBytesMax} bytes");
        }

        TrapTable.Of(module);
        return new(module, manifest, [.. ImageWriter.Write(module, manifest)]);
    }

    private static void CheckExport(Module module, string name, FunctionType expected, ModuleError missing)
    {
        var export = module.Exports.FirstOrDefault(e => e.Kind == ExternalKind.Function && e.Name == name)
            ?? throw new ModuleException(missing, 0, $"no exported function {name}");
        var actual = module.Types[module.Functions[export.Index].TypeIndex];
        if (!actual.Equals(expected)) throw new ModuleException(ModuleError.SignatureMismatch, 0, $"{name} is {actual}, the manifest says {expected}");
    }
}
