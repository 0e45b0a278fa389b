using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Generator.Tests;

/// <summary>Looks through an object's fields.</summary>
internal static class Symbols
{
    /// <summary>A symbol, a compilation or a semantic model that the value holds; null if it holds none.</summary>
    public static object? In(object? value) => Find(value, new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static object? Find(object? value, HashSet<object> seen)
    {
        if (value is ISymbol or Compilation or SemanticModel) return value;
        if (value is null or string or SyntaxTree || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value)) return null;
        if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                if (Find(item, seen) is { } found) return found;
            }

            return null;
        }

        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (Find(field.GetValue(value), seen) is { } found) return found;
            }
        }

        return null;
    }
}
