using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>What a function may import: functions of module <c>fog</c> (docs/functions.md).</summary>
public static class FogImports
{
    public const string ModuleName = "fog";

    /// <summary>Behind a call of it a basic block begins.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>What it returns is the device's own.</summary>
    public const string Sensor = "sensor";

    /// <summary>Names and types; their order is that of their numbers in device images.</summary>
    public static ImmutableArray<(string Name, FunctionType Type)> All { get; } =
    [
        ("log", new([WasmType.I32, WasmType.I32], [])),
        ("now", new([], [WasmType.I64])),
        ("random", new([], [WasmType.I64])),
        (Checkpoint, new([], [])),
        ("emit", new([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32], [])),
        ("state_put", new([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32], [])),
        ("call", new([WasmType.I32, WasmType.I32, WasmType.I32, WasmType.I32], [])),
        (Sensor, new([WasmType.I32, WasmType.I32], [WasmType.F64])),
    ];

    /// <summary>Whether what a function computes depends on the device that runs it.</summary>
    public static bool ReadsSensors(Module module) => module.Imports.Any(i => i.Module == ModuleName && i.Name == Sensor);

    /// <summary>Place of an import in <see cref="All"/>.</summary>
    /// <exception cref="ModuleException">There is none of that name and type.</exception>
    public static int IndexOf(Module module, Import import)
    {
        var name = $"{import.Module}.{import.Name}";
        for (var i = 0; i < All.Length && import.Module == ModuleName && import.Kind == ExternalKind.Function; i++)
        {
            if (All[i].Name != import.Name) continue;
            var type = module.Types[import.TypeIndex];
            return type.Equals(All[i].Type) ? i : throw new ModuleException(ModuleError.UnsupportedImport, 0, $"{name} is {All[i].Type}, not {type}");
        }

        throw new ModuleException(ModuleError.UnsupportedImport, 0, name);
    }
}
