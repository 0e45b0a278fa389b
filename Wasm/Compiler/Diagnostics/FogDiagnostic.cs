using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Diagnostics;

/// <summary>Something the compiler cannot compile, and where. Every diagnostic is an error.</summary>
/// <param name="Code"><c>FOG001</c> and so on; docs/diagnostics.md has the table.</param>
/// <param name="Hint">What to write instead.</param>
/// <param name="Line">First line of the span, from 1.</param>
/// <param name="Column">First column of the span, from 1, in UTF-16 units.</param>
/// <param name="EndColumn">One past the last column.</param>
public sealed record FogDiagnostic(
    string Code, string Message, string Hint, string Path, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>Of two functions of a project; within one file the compiler reports it itself.</summary>
    public static FogDiagnostic DuplicateName(Location place, string name) =>
        At(place, "FOG005", $"a fog function named '{name}' exists already", "Give one of them another name: [FogFunction(\"my-name\")]");

    internal static FogDiagnostic At(Location place, string code, string message, string hint)
    {
        var span = place.GetLineSpan();
        return new(
            code, message, hint, span.Path, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1,
            span.EndLinePosition.Line + 1, span.EndLinePosition.Character + 1);
    }

    public override string ToString() => $"{Path}({Line},{Column}): error {Code}: {Message}. {Hint}";
}
