using Microsoft.CodeAnalysis;

namespace Fog.Engine.Generator;

/// <summary>Shapes of grain interfaces the engine does not support.</summary>
internal static class Problems
{
    internal static readonly DiagnosticDescriptor Interface = Error("FOG5001", "No reference class can be made for this interface", "No reference class can be made for '{0}': {1}");
    internal static readonly DiagnosticDescriptor Member = Error("FOG5002", "Not a call", "'{0}' is not a call: {1}");
    internal static readonly DiagnosticDescriptor ReturnType = Error("FOG5003", "Calls cannot return this", "'{0}' returns {1}; a call returns void, Task, Task<T>, ValueTask or ValueTask<T>");
    internal static readonly DiagnosticDescriptor Parameter = Error("FOG5004", "Calls cannot carry this parameter", "A call cannot carry '{0}': {1}");
    internal static readonly DiagnosticDescriptor OneWayResult = Error("FOG5005", "A one-way call has no result", "'{0}' is [OneWay], so nobody waits for its {1}: return Task, ValueTask or void");

    private static DiagnosticDescriptor Error(string id, string title, string message)
        => new(id, title, message, "Fog.Engine", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
