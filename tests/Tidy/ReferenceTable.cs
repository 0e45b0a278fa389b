using System.Text.RegularExpressions;

namespace Fog.Tidy;

/// <summary>The table of docs/architecture.md that says which project may reference which.</summary>
internal static partial class ReferenceTable
{
    private const string Anything = "anything";
    private const string Everything = "everything it composes";

    /// <summary>Folder of a project → folders it may reference; null: any.</summary>
    public static IReadOnlyDictionary<string, string[]?> Read(string page)
    {
        var cells = page.Split('\n')
            .SkipWhile(line => !line.StartsWith("| folder |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim().Trim('|').Split('|'))
            .Select(row => (Folders: Folders().Matches(row[0]).Select(match => match.Groups[1].Value.TrimEnd('/')).ToArray(), May: row[^1].Trim()))
            .ToArray();
        string[] known = [.. cells.SelectMany(row => row.Folders)];
        return cells
            .SelectMany(row => row.Folders.Select(folder => (Folder: folder, row.May)))
            .ToDictionary(row => row.Folder, row => Targets(row.May, known));
    }

    /// <summary>A name in the table is a folder or the last part of one.</summary>
    private static string[]? Targets(string may, string[] known) => may switch
    {
        Anything or Everything => null,
        "" or "nothing of ours" or "the engine's abstractions" => [],
        _ => [.. may.Split(',', StringSplitOptions.TrimEntries).Select(name =>
            known.FirstOrDefault(folder => folder == name)
            ?? known.FirstOrDefault(folder => folder.EndsWith("/" + name, StringComparison.Ordinal))
            ?? throw new InvalidDataException($"docs/architecture.md lets a project reference '{name}', which is no folder of its table."))],
    };

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Folders();
}
