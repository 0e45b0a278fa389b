using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>Compares Roslyn's symbols by their own equality, and everything else by Equals.</summary>
internal sealed class SymbolKeys : IEqualityComparer<object>
{
    public static readonly SymbolKeys Instance = new();

    public new bool Equals(object? x, object? y) =>
        x is ISymbol a && y is ISymbol b ? SymbolEqualityComparer.Default.Equals(a, b) : object.Equals(x, y);

    public int GetHashCode(object key) => key is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : key.GetHashCode();
}
