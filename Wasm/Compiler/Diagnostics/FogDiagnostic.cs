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
    public override string ToString() => $"{Path}({Line},{Column}): error {Code}: {Message}. {Hint}";
}
