using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <param name="State">Key of what the function keeps, <c>[a-z0-9-]{1,32}</c>: the fog gives its value; null: the caller does.</param>
public sealed record FogParameter(string Name, FogType Type, string? State = null);

/// <summary>
/// What a fog function promises about itself; custom section <c>fog.manifest</c> of its module, as JSON.
/// </summary>
/// <param name="Name">Name of the function and of its export; <c>[a-z0-9-]{1,32}</c>.</param>
/// <param name="Version">Version for people, 1 to 32 characters.</param>
/// <param name="Result">Its type; <c>void</c> when it returns nothing.</param>
/// <param name="Replicas">Seats of a vote by default: odd, 1 to <see cref="ReplicasMax"/>.</param>
/// <param name="FuelMax">Fuel of one call, at least 1.</param>
/// <param name="MemoryBytesMax">Linear memory of one call, in bytes; rounded down to pages of 65,536.</param>
/// <param name="CallDepthMax">Calls that may be open at once, the function itself counted, 1 to 1,000.</param>
/// <param name="Capabilities">Names of what the function needs of its node; for people, nothing follows from them.</param>
public sealed record FunctionManifest(
    string Name,
    string Version,
    ImmutableArray<FogParameter> Parameters,
    FogType Result,
    int Replicas = 5,
    long FuelMax = 10_000_000,
    int MemoryBytesMax = 65_536,
    int CallDepthMax = 64,
    ImmutableArray<string> Capabilities = default)
{
    /// <summary>Most seats of a vote: the largest cluster.</summary>
    public const int ReplicasMax = 7;

    /// <summary>Name of the custom section.</summary>
    public const string SectionName = "fog.manifest";

    /// <summary>Name of the exported allocator <c>(i32 bytes) -> i32 address</c>.</summary>
    public const string AllocatorName = "fog_alloc";

    /// <summary>Capabilities used, in the manifest's order.</summary>
    public ImmutableArray<string> Capabilities { get; init; } = Capabilities.IsDefault ? [] : Capabilities;

    /// <summary>
    /// Type of the export: scalars as wasm values, arrays and strings as (i32 pointer, i32 elements), an array or
    /// string result as one i64 with the pointer in the high and the elements in the low half.
    /// </summary>
    public FunctionType ExportType
    {
        get
        {
            var parameters = ImmutableArray.CreateBuilder<WasmType>();
            foreach (var parameter in Parameters)
            {
                parameters.Add(parameter.Type.IsReference ? WasmType.I32 : parameter.Type.WasmType);
                if (parameter.Type.IsReference) parameters.Add(WasmType.I32);
            }

            ImmutableArray<WasmType> results = Result.Kind == FogKind.Void ? [] : [Result.IsReference ? WasmType.I64 : Result.WasmType];
            return new(parameters.ToImmutable(), results);
        }
    }

    /// <summary>Those that a caller gives.</summary>
    public IEnumerable<FogParameter> Given => Parameters.Where(p => p.State is null);

    /// <summary>What a caller sees: <c>rosen(x: f64[]) -> f64</c>.</summary>
    public string Signature => $"{Name}({string.Join(", ", Given.Select(p => $"{p.Name}: {p.Type}"))}) -> {Result}";

    /// <summary>The section to put into a module.</summary>
    public CustomSection ToSection() => new(SectionName, [.. ManifestJson.Write(this)]);

    /// <summary>A manifest that somebody wrote.</summary>
    /// <param name="json">UTF-8, all members of docs/values.md.</param>
    /// <exception cref="ModuleException">It is malformed.</exception>
    public static FunctionManifest Parse(byte[] json) => ManifestJson.Read(json);

    /// <summary>The manifest of a module.</summary>
    /// <exception cref="ModuleException">There is none, more than one, or it is malformed.</exception>
    public static FunctionManifest Of(Module module)
    {
        CustomSection? found = null;
        foreach (var section in module.CustomSections)
        {
            if (section.Name != SectionName) continue;
            if (found is not null) throw new ModuleException(ModuleError.ManifestDuplicate, 0, SectionName);
            found = section;
        }

        return found is null
            ? throw new ModuleException(ModuleError.ManifestMissing, 0, SectionName)
            : ManifestJson.Read(found.Bytes.ToArray());
    }
}
