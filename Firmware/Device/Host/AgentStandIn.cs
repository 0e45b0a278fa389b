#nullable enable
using Fog.Firmware.Logic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Firmware.Device.Host;

/// <summary>What is in a slot on .NET: an assembly that leads to the agent.</summary>
/// <remarks>
/// As .NET's metadata the agent is larger than a slot; converted for a board it fits (tests/Firmware.Logic.Tests, SlotSizeTests).
/// So that transfers and flash are those of the real one, this one is as long as a slot lets it be: what follows an assembly is nobody's.
/// </remarks>
internal static class AgentStandIn
{
    public static byte[] Image()
    {
        var source = CSharpSyntaxTree.ParseText($"[assembly: System.Runtime.CompilerServices.TypeForwardedTo(typeof({typeof(WakeProgram).FullName}))]");
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "Firmware.Logic.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Agent", [source], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, deterministic: true));
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        if (!emitted.Success)
            throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics));
        var slot = new byte[Loader.Slots.Slots.SlotBytes];
        new Random(1).NextBytes(slot);
        image.ToArray().CopyTo(slot, 0);
        return slot;
    }
}
