using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>A method as calls name it: what it takes by reference, it takes as an address or as a value that it gives back.</summary>
/// <remarks>
/// A variable has no address; it goes in by value and comes back as a further result, which is the same as long as
/// nothing else reaches it meanwhile. What lies in memory (an element of an array) goes by its address.
/// </remarks>
/// <param name="ByAddress">A bit for each argument, an instance first.</param>
internal sealed record MethodInstance(IMethodSymbol Method, ulong ByAddress = 0)
{
    public bool Equals(MethodInstance? other) =>
        other is not null && ByAddress == other.ByAddress && SymbolEqualityComparer.Default.Equals(Method, other.Method);

    public override int GetHashCode() => SymbolEqualityComparer.Default.GetHashCode(Method) + (int)ByAddress;

    public bool TakesAddress(int argument) => (ByAddress >> argument & 1) != 0;
}
