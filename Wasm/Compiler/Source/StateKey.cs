using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Source;

/// <summary>Parameters that the fog gives, from what the function keeps. The attribute is known by its name alone.</summary>
public static class StateKey
{
    private const string AttributeName = "FogStateAttribute";

    /// <summary>The key; null for a parameter that the caller gives.</summary>
    public static string? Of(IParameterSymbol parameter) =>
        parameter.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == AttributeName) is { } attribute
            ? attribute.ConstructorArguments is [{ Value: string given }] ? given : FunctionName.Of(parameter.Name)
            : null;
}
