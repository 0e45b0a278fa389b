using System.Collections.Immutable;
using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Compiler.Source;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>What the traps of a compiled module mean.</summary>
internal static class TrapSites
{
    /// <summary>UTF-16 units of an exception's message that a module carries.</summary>
    private const int MessageLengthMax = 200;

    /// <param name="placed">The module as written and read again, so that its offsets are known.</param>
    /// <param name="code">What its bodies were made from, instruction by instruction.</param>
    public static IReadOnlyList<TrapSite> Of(Module placed, ImmutableArray<ImmutableArray<Code>> code, SourceProgram program)
    {
        var sites = new List<TrapSite>();
        for (var function = 0; function < code.Length; function++)
        {
            for (var i = 0; i < code[function].Length; i++)
            {
                var (_, _, place, failure) = code[function][i];
                if (place is null) continue;
                var site = new TrapSite(placed.Imports.Length + function, placed.Functions[function].Body[i].Offset, failure?.Exception ?? "", Shorten(failure?.Message ?? ""), "", 0, 0);
                if (place.SourceTree is { } tree && !program.IsEmbedded(tree))
                {
                    var position = place.GetLineSpan().StartLinePosition;
                    site = site with { File = Path.GetFileName(tree.FilePath), Line = position.Line + 1, Column = position.Character + 1 };
                }

                sites.Add(site);
            }
        }

        return sites;
    }

    private static string Shorten(string message) => message.Length <= MessageLengthMax ? message : message[..(MessageLengthMax - 1)] + "…";
}
