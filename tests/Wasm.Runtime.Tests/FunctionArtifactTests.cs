using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Tests;

public class FunctionArtifactTests
{
    private static readonly FunctionManifest Takes = new("f", "1", [new("x", new(FogKind.F64, true))], new(FogKind.F64));

    private static readonly Module Good = new()
    {
        Types = [new([WasmType.I32, WasmType.I32], [WasmType.F64]), new([WasmType.I32], [WasmType.I32])],
        Functions = [new(0, [], [Instruction.F64Const(1), Opcode.End]), new(1, [], [Instruction.WithIndex(Opcode.LocalGet, 0), Opcode.End])],
        Memories = [new(new(1))],
        Exports = [new("f", ExternalKind.Function, 0), new(FunctionManifest.AllocatorName, ExternalKind.Function, 1)],
        CustomSections = [Takes.ToSection()],
    };

    [Fact]
    public void A_function_is_loaded_with_its_manifest_and_image()
    {
        var artifact = FunctionArtifact.Load(ModuleWriter.Write(Good));
        Assert.Equal("f", artifact.Manifest.Name);
        Assert.NotEmpty(artifact.Image);
        Assert.Equal(artifact.Image.ToArray(), FunctionArtifact.Load(ModuleWriter.Write(Good)).Image.ToArray());
    }

    public static TheoryData<ModuleError, Module> Refused => new()
    {
        { ModuleError.ManifestMissing, Good with { CustomSections = [] } },
        { ModuleError.ManifestDuplicate, Good with { CustomSections = [Takes.ToSection(), Takes.ToSection()] } },
        { ModuleError.ManifestMalformed, Good with { CustomSections = [new(FunctionManifest.SectionName, [])] } },
        { ModuleError.UnsupportedImport, Good with { Imports = [new("fog", "log", ExternalKind.Function, 0)], Exports = [new("f", ExternalKind.Function, 1), new(FunctionManifest.AllocatorName, ExternalKind.Function, 2)] } },
        { ModuleError.UnsupportedImport, Importing("env", "now") },
        { ModuleError.UnsupportedImport, Importing("fog", "sensor") },
        { ModuleError.UnsupportedImport, Importing("fog", "now") with { Exports = [new("f", ExternalKind.Function, 1), new(FunctionManifest.AllocatorName, ExternalKind.Function, 2), new("g", ExternalKind.Function, 0)] } },
        { ModuleError.UnsupportedImport, Importing("fog", "now") with { Globals = [new(new(WasmType.FuncRef, false), [Instruction.WithIndex(Opcode.RefFunc, 0), Opcode.End])] } },
        { ModuleError.UnsupportedImport, Importing("fog", "now") with { Tables = [new(WasmType.FuncRef, new(1))], Elements = [new(SegmentMode.Active, 0, WasmType.FuncRef, [0], [Instruction.I32Const(0), Opcode.End])] } },
        { ModuleError.UnsupportedImport, Importing("fog", "checkpoint") with { Start = 0 } },
        { ModuleError.ExportMissing, Good with { CustomSections = [(Takes with { Name = "g" }).ToSection()] } },
        { ModuleError.ExportMissing, Good with { Exports = [new("f", ExternalKind.Memory, 0), Good.Exports[1]] } },
        { ModuleError.SignatureMismatch, Good with { CustomSections = [(Takes with { Result = new(FogKind.F32) }).ToSection()] } },
        { ModuleError.SignatureMismatch, Good with { Exports = [Good.Exports[0], new(FunctionManifest.AllocatorName, ExternalKind.Function, 0)] } },
        { ModuleError.AllocatorMissing, Good with { Exports = [Good.Exports[0]] } },
        { ModuleError.MemoryMissing, Good with { Memories = [] } },
        { ModuleError.MemoryOverLimit, Good with { Memories = [new(new(2))] } },
        { ModuleError.TypeMismatch, Good with { Functions = [new(0, [], [Instruction.F32Const(1), Opcode.End]), Good.Functions[1]] } },
    };

    [Fact]
    public void A_function_that_imports_from_module_fog_is_loaded() => Assert.NotEmpty(FunctionArtifact.Load(ModuleWriter.Write(Importing("fog", "now"))).Image);

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_no_fog_function_is_refused_with_a_name(ModuleError error, Module module)
    {
        Assert.Equal(error, Assert.Throws<ModuleException>(() => FunctionArtifact.Load(ModuleWriter.Write(module))).Error);
    }

    // With one import.
    private static Module Importing(string module, string name) => Good with
    {
        Types = Good.Types.Add(name == "checkpoint" ? new([], []) : new([], [WasmType.I64])),
        Imports = [new(module, name, ExternalKind.Function, Good.Types.Length)],
        Exports = [new("f", ExternalKind.Function, 1), new(FunctionManifest.AllocatorName, ExternalKind.Function, 2)],
    };

    [Fact]
    public void A_module_of_gigabytes_is_refused_unread() =>
        Assert.Equal(ModuleError.LimitExceeded, Assert.Throws<ModuleException>(() => FunctionArtifact.Load(new byte[ModuleLimits.ModuleBytesMax + 1])).Error);

    [Fact]
    public void Any_changed_byte_gives_a_function_or_a_named_refusal()
    {
        var bytes = ModuleWriter.Write(Good);
        var refused = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = (byte[])bytes.Clone();
                changed[i] ^= (byte)(1 << bit);
                try
                {
                    FunctionArtifact.Load(changed);
                }
                catch (ModuleException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, bytes.Length * 2, bytes.Length * 8);
    }
}
