using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>What a trap at some place of a module means in its source.</summary>
/// <param name="Function">Index of the function.</param>
/// <param name="Offset">Offset of the instruction's opcode in the module, in bytes.</param>
/// <param name="Exception">Full name of the exception .NET would throw; empty when the trap's own code tells.</param>
/// <param name="Message">The exception's.</param>
/// <param name="File">Name of the source file; empty in code that its author did not write.</param>
/// <param name="Line">From 1; 0 without a file.</param>
/// <param name="Column">From 1; 0 without a file.</param>
public sealed record TrapSite(int Function, int Offset, string Exception, string Message, string File, int Line, int Column);

/// <summary>
/// Custom section <c>fog.traps</c>: for every instruction that can trap, what that means. It costs a running function
/// nothing: most traps of compiled C# are a bare <c>unreachable</c>, told apart by where they stand.
/// </summary>
/// <remarks>
/// All integers are LEB128: the number of texts, each as length and UTF-8; the number of sites, each as function,
/// offset less the last site's, index of the exception's text, of the message's, and 0, or 1 + index of the file's name,
/// line, column.
/// </remarks>
public static class TrapTable
{
    public const string SectionName = "fog.traps";

    /// <summary>The sites of a module; empty when it has no table.</summary>
    /// <exception cref="ModuleException">The table is malformed.</exception>
    public static ImmutableArray<TrapSite> Of(Module module)
    {
        var section = module.CustomSections.FirstOrDefault(s => s.Name == SectionName);
        if (section is null) return [];
        var reader = new ByteReader([.. section.Bytes], 0, section.Bytes.Length);
        var texts = new string[reader.Count("texts of traps")];
        for (var i = 0; i < texts.Length; i++) texts[i] = reader.Name();
        var sites = ImmutableArray.CreateBuilder<TrapSite>(reader.Count("sites of traps", ModuleLimits.TrapSitesMax));
        var offset = 0L;
        for (var left = sites.Capacity; left > 0; left--)
        {
            var function = reader.Index();
            offset += reader.Index();
            if (offset > ModuleLimits.ModuleBytesMax) throw reader.Error(ModuleError.IntegerTooLarge, $"{SectionName}: an offset outside of the module");
            var (exception, message, file) = (Text(reader.Index()), Text(reader.Index()), reader.Index());
            sites.Add(file == 0
                ? new(function, (int)offset, exception, message, "", 0, 0)
                : new(function, (int)offset, exception, message, Text(file - 1), reader.Index(), reader.Index()));
        }

        return reader.AtEnd ? sites.ToImmutable() : throw reader.Error(ModuleError.SectionSize, $"{SectionName}: bytes after its last site");

        string Text(int index) => index < texts.Length ? texts[index] : throw reader.Error(ModuleError.IntegerTooLarge, $"{SectionName}: no text {index}");
    }

    /// <summary>The section to put into a module.</summary>
    /// <param name="sites">In order of their offsets.</param>
    public static CustomSection ToSection(IReadOnlyList<TrapSite> sites)
    {
        var texts = new List<string>();
        var places = new ByteWriter();
        var last = 0;
        foreach (var site in sites)
        {
            places.Index(site.Function);
            places.Index(site.Offset - last);
            places.Index(IndexOf(texts, site.Exception));
            places.Index(IndexOf(texts, site.Message));
            if (site.File.Length == 0)
            {
                places.Index(0);
            }
            else
            {
                places.Index(1 + IndexOf(texts, site.File));
                places.Index(site.Line);
                places.Index(site.Column);
            }

            last = site.Offset;
        }

        var section = new ByteWriter();
        section.Index(texts.Count);
        foreach (var text in texts) section.Name(text);
        section.Index(sites.Count);
        section.Bytes(places.ToArray());
        return new(SectionName, [.. section.ToArray()]);
    }

    private static int IndexOf(List<string> texts, string text)
    {
        var index = texts.IndexOf(text);
        if (index >= 0) return index;
        texts.Add(text);
        return texts.Count - 1;
    }
}
