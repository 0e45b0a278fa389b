using System.Collections.Immutable;
using Fog.Wasm.Compiler;
using Fog.Wasm.Compiler.Diagnostics;

namespace Fog.Wasm.Generator;

/// <summary>A function's module and typed call, or why there is none.</summary>
/// <param name="Name">Of the function; empty when it was not compiled.</param>
/// <param name="Wasm">Empty when it was not compiled: a diagnostic then fails the build, and the call stands for the editor alone.</param>
internal sealed record CompiledCall(string Name, Place Place, EquatableArray<byte> Wasm, CallShape? Call, EquatableArray<Finding> Findings)
{
    /// <summary>The diagnostic of what the C# compiler reports as well.</summary>
    private const string InvalidCSharp = "FOG001";

    public static CompiledCall Of(FunctionSource source, EquatableArray<SourceFile> globals, FunctionPlatform platform)
    {
        var files = source.Files.Concat(globals).Distinct().Select(f => f.Tree);
        var result = FunctionCompiler.Compile(platform, [.. files], source.Method);
        var findings = result.Diagnostics.Where(d => !(source.HasErrors && d.Code == InvalidCSharp)).Select(d => Finding.Of(d, source));
        return result.Functions is [var function]
            ? new(function.Manifest.Name, source.Place, new(function.Wasm), source.Call, new([.. findings]))
            : new("", source.Place, default, source.Call, new([.. findings]));
    }

    /// <summary>All but the first function of each name.</summary>
    public static IEnumerable<Finding> Duplicates(ImmutableArray<CompiledCall> calls) => calls
        .Where(c => c.Name.Length > 0)
        .GroupBy(c => c.Name)
        .SelectMany(g => g.OrderBy(c => c.Place.Path, StringComparer.Ordinal).ThenBy(c => c.Place.Span.Start).Skip(1))
        .Select(c => new Finding(FogDiagnostic.DuplicateName(c.Place.ToLocation(), c.Name), c.Place));
}
