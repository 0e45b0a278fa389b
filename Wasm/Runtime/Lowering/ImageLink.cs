using System.Collections.Immutable;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>What the imports of a module are bound to, and the numbers its functions have among those of all instances.</summary>
/// <param name="FirstFunction">Number of its first own function; those of all instances are different.</param>
/// <param name="Functions">Numbers of the imported functions.</param>
/// <param name="Globals">Bits of the imported globals, i32 and f32 zero-extended, as they are now.</param>
public sealed record ImageLink(int FirstFunction, ImmutableArray<int> Functions, ImmutableArray<ulong> Globals)
{
    internal static ImageLink None { get; } = new(0, [], []);
}
