using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>What the imports of a module are bound to, and the numbers its functions have among those of all instances.</summary>
/// <param name="FirstFunction">Number of its first own function; those of all instances are different.</param>
/// <param name="Functions">Numbers of the imported functions.</param>
/// <param name="Globals">Bits of the imported globals, i32 and f32 zero-extended, as they are now.</param>
public sealed record ImageLink(int FirstFunction, ImmutableArray<int> Functions, ImmutableArray<ulong> Globals)
{
    /// <summary>Of a function: its imports are those of module <c>fog</c>.</summary>
    /// <exception cref="ModuleException">It imports something else.</exception>
    internal static ImageLink Fog(Module module) =>
        new(module.Imports.Length, [.. module.Imports.Select(i => FogModule.FirstNumber + FogImports.IndexOf(module, i))], []);
}
