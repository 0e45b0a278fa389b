using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>Parameter and result types of a function or block. Equality is structural.</summary>
public sealed record FunctionType(ImmutableArray<WasmType> Parameters, ImmutableArray<WasmType> Results)
{
    public bool Equals(FunctionType? other) =>
        other is not null && Parameters.SequenceEqual(other.Parameters) && Results.SequenceEqual(other.Results);

    public override int GetHashCode()
    {
        var hash = Parameters.Length;
        foreach (var type in Parameters) hash = (hash * 31) + (int)type;
        foreach (var type in Results) hash = (hash * 37) + (int)type;
        return hash;
    }

    public override string ToString() =>
        $"({string.Join(" ", Parameters.Select(t => t.Name()))}) -> ({string.Join(" ", Results.Select(t => t.Name()))})";
}
