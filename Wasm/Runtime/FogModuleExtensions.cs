using System.Collections.Immutable;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime;

public static class FogModuleExtensions
{
    /// <summary>Takes all lines that the function has logged.</summary>
    public static ImmutableArray<string> Lines(this FogModule fog)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        while (fog.TakeLine() is { } line) lines.Add(line);
        return lines.ToImmutable();
    }
}
