using Fog.Wasm.Compiler.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Fog.Wasm.Generator;

/// <summary>A diagnostic of the function compiler, and where it stands.</summary>
internal sealed record Finding(FogDiagnostic Diagnostic, Place Place)
{
    public static Finding Of(FogDiagnostic diagnostic, FunctionSource source)
    {
        var lines = new LinePositionSpan(new(diagnostic.Line - 1, diagnostic.Column - 1), new(diagnostic.EndLine - 1, diagnostic.EndColumn - 1));
        var file = source.Files.FirstOrDefault(f => f.Tree.FilePath == diagnostic.Path);
        return new(diagnostic, new(diagnostic.Path, file?.Tree.GetText().Lines.GetTextSpan(lines) ?? default, lines));
    }

    /// <summary>Not configurable: a function that does not compile cannot be called.</summary>
    public Diagnostic ToDiagnostic() => Microsoft.CodeAnalysis.Diagnostic.Create(
        Diagnostic.Code, "Fog.Functions", $"{Diagnostic.Message}. {Diagnostic.Hint}", DiagnosticSeverity.Error, DiagnosticSeverity.Error,
        isEnabledByDefault: true, warningLevel: 0, title: "A fog function cannot be compiled", location: Place.ToLocation(),
        customTags: [WellKnownDiagnosticTags.NotConfigurable]);
}

/// <summary>A place that outlives the tree it was found in.</summary>
internal sealed record Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(Location location) => new(location.SourceTree!.FilePath, location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
