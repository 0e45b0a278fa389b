using System.Text.RegularExpressions;

namespace Fog.Tidy;

public sealed partial class Source
{
    private static readonly string[] s_code = [.. Repository.Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal))];

    private static readonly string[] s_text = [.. Repository.Files.Where(path => path.StartsWith(".ci/", StringComparison.Ordinal)
        || ((string[])[".cs", ".md", ".csproj", ".props", ".json"]).Contains(Path.GetExtension(path)))];

    [Fact]
    public void Folders_are_nouns_of_the_domain()
    {
        string[] kinds = ["Helpers", "Utils", "Utilities", "Common", "Misc", "Shared"];

        Offenders.None(Repository.Files.Where(path => path.Split('/')[..^1].Any(folder => kinds.Contains(folder, StringComparer.OrdinalIgnoreCase))));
    }

    [Fact]
    public void Nothing_is_left_to_be_done_in_a_comment()
    {
        // In two halves, or this line would be found.
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "Not" + "ImplementedException"];

        Offenders.None(s_text.Where(path => marks.Any(mark => Repository.Read(path).Contains(mark, StringComparison.Ordinal))));
    }

    [Fact]
    public void A_namespace_begins_with_its_projects()
    {
        var wrong =
            from path in s_code
            let declared = Namespaces().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value).ToArray()
            where declared.Length > 0 && !path.StartsWith("Engine/Orleans/", StringComparison.Ordinal)
            let root = RootNamespace(path)
            where root is not null && declared.Any(name => name != root && !name.StartsWith(root + ".", StringComparison.Ordinal) && name != "System.Runtime.CompilerServices")
            select $"{path}: {declared[0]}";

        Offenders.None(wrong);
    }

    [Fact]
    public void No_namespace_is_Orleans_Fog() =>
        Offenders.None(s_code.Where(path => Namespaces().Matches(Repository.Read(path)).Any(match => match.Groups[1].Value.StartsWith("Orleans" + ".Fog", StringComparison.Ordinal))));

    [Fact]
    public void No_test_is_skipped_and_none_sleeps()
    {
        string[] bans = ["Skip" + " = ", "Thread" + ".Sleep("];

        Offenders.None(s_code.Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && bans.Any(ban => Repository.Read(path).Contains(ban, StringComparison.Ordinal))));
    }

    private static string? RootNamespace(string path)
    {
        for (var folder = Path.GetDirectoryName(path); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            string prefix = folder.Replace('\\', '/') + "/";
            if (Repository.Files.FirstOrDefault(file => file.EndsWith(".csproj", StringComparison.Ordinal) && file.StartsWith(prefix, StringComparison.Ordinal) && !file[prefix.Length..].Contains('/')) is { } project)
            {
                return RootNamespaces().Match(Repository.Read(project)).Groups[1].Value;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    [GeneratedRegex("<RootNamespace>(.+)</RootNamespace>")]
    private static partial Regex RootNamespaces();
}
