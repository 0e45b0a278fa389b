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
    /// It is malformed, invalid, over a limit, uses an unsupported feature, imports what there is not, or its manifest is missing,
    /// malformed or not what the module is; or its <c>fog.traps</c> is malformed.
    /// </exception>
    public static FunctionArtifact Load(ReadOnlyMemory<byte> wasm)
    {
        // Before the copy, so that a module of gigabytes costs nothing.
        if (wasm.Length > ModuleLimits.ModuleBytesMax) throw new ModuleException(ModuleError.LimitExceeded, 0, $"{wasm.Length} bytes, at most {ModuleLimits.ModuleBytesMax}");
        var module = ModuleReader.Read(wasm.ToArray());
        ModuleValidator.Validate(module);
        CheckImports(module);
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

    /// <summary>An import is called, and nothing else: in a table or as an export it would need a number of its own.</summary>
    /// <exception cref="ModuleException"><see cref="ModuleError.UnsupportedImport"/>.</exception>
    internal static void CheckImports(Module module)
    {
        foreach (var import in module.Imports) FogImports.IndexOf(module, import);
        var values = module.Exports.Where(e => e.Kind == ExternalKind.Function).Select(e => e.Index)
            .Concat(module.Elements.SelectMany(e => e.Expressions.IsDefault ? e.Items : e.Expressions.SelectMany(References)))
            .Concat(module.Globals.SelectMany(g => References(g.Init)))
            .Append(module.Start ?? -1);
        foreach (var index in values)
        {
            if (index < 0 || index >= module.Imports.Length) continue;
            throw new ModuleException(ModuleError.UnsupportedImport, 0, $"{module.Imports[index].Module}.{module.Imports[index].Name} other than called");
        }
    }

    private static IEnumerable<int> References(ImmutableArray<Instruction> expression) =>
        expression.Where(i => i.Opcode == Opcode.RefFunc).Select(i => i.Index);

    private static void CheckExport(Module module, string name, FunctionType expected, ModuleError missing)
    {
        var export = module.Exports.FirstOrDefault(e => e.Kind == ExternalKind.Function && e.Name == name)
            ?? throw new ModuleException(missing, 0, $"no exported function {name}");
        var actual = module.Types[module.Functions[export.Index - module.Imports.Length].TypeIndex];
        if (!actual.Equals(expected)) throw new ModuleException(ModuleError.SignatureMismatch, 0, $"{name} is {actual}, the manifest says {expected}");
    }
}
