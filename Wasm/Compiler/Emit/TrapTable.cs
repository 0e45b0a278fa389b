using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>What a trap at some place of a module means in C#.</summary>
/// <param name="Function">Index of the function.</param>
/// <param name="Offset">Offset of the instruction's opcode in the module, in bytes.</param>
/// <param name="Exception">Full name of the exception .NET would throw; empty when the trap's own code tells.</param>
/// <param name="Line">In the source file, from 1; 0 in code that is not from it.</param>
public sealed record TrapSite(int Function, int Offset, string Exception, string Message, int Line, int Column);

/// <summary>
/// Custom section <c>fog.traps</c>: for every instruction that can trap, what that means. It costs a running function
/// nothing: most traps are a bare <c>unreachable</c>, told apart by where they stand.
/// </summary>
/// <remarks>
/// All integers are LEB128: the number of texts, each as length and UTF-8; the number of sites, each as function,
/// offset less the last site's, index of the exception's text, of the message's, line, column.
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
        using var reader = new BinaryReader(new MemoryStream(section.Bytes.ToArray()));
        try
        {
            return Read(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or IOException)
        {
            throw new ModuleException(ModuleError.UnexpectedEnd, 0, SectionName);
        }
    }

    /// <summary>The section for a module that has been written and read again, so that its offsets are known.</summary>
    internal static CustomSection Build(Module module, ImmutableArray<ImmutableArray<Code>> code, SyntaxTree file)
    {
        var texts = new List<string>();
        var sites = new MemoryStream();
        using var site = new BinaryWriter(sites);
        var count = 0;
        var last = 0;
        for (var function = 0; function < code.Length; function++)
        {
            for (var i = 0; i < code[function].Length; i++)
            {
                var (_, _, place, failure) = code[function][i];
                if (place is null) continue;
                var offset = module.Functions[function].Body[i].Offset;
                var position = place.SourceTree == file ? place.GetLineSpan().StartLinePosition : default(Microsoft.CodeAnalysis.Text.LinePosition?);
                site.Write7BitEncodedInt(function);
                site.Write7BitEncodedInt(offset - last);
                site.Write7BitEncodedInt(IndexOf(texts, failure?.Exception ?? ""));
                site.Write7BitEncodedInt(IndexOf(texts, failure?.Message ?? ""));
                site.Write7BitEncodedInt(position is { } p ? p.Line + 1 : 0);
                site.Write7BitEncodedInt(position is { } q ? q.Character + 1 : 0);
                last = offset;
                count++;
            }
        }

        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write7BitEncodedInt(texts.Count);
        foreach (var text in texts) writer.Write(text);
        writer.Write7BitEncodedInt(count);
        writer.Write(sites.ToArray());
        return new(SectionName, [.. stream.ToArray()]);
    }

    private static ImmutableArray<TrapSite> Read(BinaryReader reader)
    {
        var texts = new List<string>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--) texts.Add(reader.ReadString());
        var sites = ImmutableArray.CreateBuilder<TrapSite>();
        var offset = 0;
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var function = reader.Read7BitEncodedInt();
            offset += reader.Read7BitEncodedInt();
            sites.Add(new(function, offset, Text(), Text(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt()));
        }

        return sites.ToImmutable();

        string Text() => reader.Read7BitEncodedInt() is var index && (uint)index < (uint)texts.Count ? texts[index] : throw new FormatException();
    }

    private static int IndexOf(List<string> texts, string text)
    {
        var index = texts.IndexOf(text);
        if (index >= 0) return index;
        texts.Add(text);
        return texts.Count - 1;
    }
}
