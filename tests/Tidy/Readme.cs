using System.Text.RegularExpressions;

namespace Fog.Tidy;

public sealed partial class Readme
{
    private static readonly string s_page = Repository.Read("README.md");

    [Fact]
    public void Its_projects_and_solution_exist()
    {
        string[] named = [.. Projects().Matches(s_page).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(named);
        Offenders.None(named.Where(folder => !Repository.Files.Any(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal))));
        Assert.Contains("dotnet test Orleans.Fog.sln", s_page, StringComparison.Ordinal);
        Assert.Contains("Orleans.Fog.sln", Repository.Files);
    }

    [Fact]
    public void Its_table_has_every_verb_and_no_other()
    {
        var described = Verbs().Matches(s_page).Select(match => match.Groups[1].Value).Order();
        var built = Repository.Files
            .Select(path => VerbFiles().Match(path))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value.ToLowerInvariant())
            .Order();

        Assert.Equal(built, described);
    }

    [Fact]
    public void Pages_link_to_what_exists()
    {
        var broken =
            from page in Repository.Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal))
            from link in Links().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value)
            where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')
            let target = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, link.Split('#')[0]))
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{page} → {link}";

        Offenders.None(broken);
    }

    [GeneratedRegex("--project ([A-Za-z./]+)")]
    private static partial Regex Projects();

    [GeneratedRegex(@"^\| `fog (\w+)", RegexOptions.Multiline)]
    private static partial Regex Verbs();

    [GeneratedRegex(@"^Client\.Sdk/Cli/Verbs/(\w+)Verb\.cs$")]
    private static partial Regex VerbFiles();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();
}
