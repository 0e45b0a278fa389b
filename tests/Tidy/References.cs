using System.Xml.Linq;

namespace Fog.Tidy;

public sealed class References
{
    private static readonly IReadOnlyDictionary<string, string[]?> s_table = ReferenceTable.Read(Repository.Read("docs/architecture.md"));

    private static readonly string[] s_projects = [.. Repository.Files.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))];

    [Fact]
    public void Projects_reference_only_what_the_table_lets_them()
    {
        var wrong =
            from project in s_projects
            let folder = FolderOf(project)
            where !folder.StartsWith("tests/", StringComparison.Ordinal)
            let may = s_table.TryGetValue(RowOf(folder), out var targets) ? targets : throw new InvalidDataException($"docs/architecture.md has no row for {folder}.")
            where may is not null
            from target in TargetsOf(project)
            where !may.Contains(target)
            select $"{folder} → {target}";

        Offenders.None(wrong);
    }

    [Fact]
    public void The_engine_comes_only_with_grains()
    {
        string[] may = ["Grains.Interfaces", "Grains"];
        var importers = s_projects.Where(project => !project.StartsWith("tests/", StringComparison.Ordinal) && Repository.Read(project).Contains("Engine.props", StringComparison.Ordinal));

        Assert.Equal(may.Order(), importers.Select(FolderOf).Order());
    }

    [Fact]
    public void Device_and_proxy_share_no_code()
    {
        Offenders.None(Reached("Firmware/Logic").Intersect(Reached("DeviceProxy/Proxy")));
    }

    [Fact]
    public void A_project_is_named_for_its_path()
    {
        var misnamed = s_projects.Where(project =>
            Path.GetFileNameWithoutExtension(project) != FolderOf(project).Replace("tests/", "").Replace("samples/", "Samples/").Replace('/', '.'));

        Offenders.None(misnamed);
    }

    [Fact]
    public void The_solution_holds_every_project()
    {
        string solution = Repository.Read("Orleans.Fog.sln").Replace('\\', '/');

        Offenders.None(s_projects.Where(project => !solution.Contains(project, StringComparison.Ordinal)));
    }

    private static string FolderOf(string project) => Path.GetDirectoryName(project)!.Replace('\\', '/');

    private static string RowOf(string folder) => s_table.ContainsKey(folder) ? folder : folder.Split('/')[0];

    private static IEnumerable<string> TargetsOf(string project) =>
        from reference in XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
        let path = Path.GetFullPath(Path.Combine(Repository.Root, FolderOf(project), reference.Attribute("Include")!.Value.Replace('\\', '/')))
        select FolderOf(Path.GetRelativePath(Repository.Root, path));

    private static HashSet<string> Reached(string folder)
    {
        var reached = new HashSet<string>();
        var waiting = new Queue<string>([folder]);
        while (waiting.TryDequeue(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var target in TargetsOf(s_projects.Single(project => FolderOf(project) == next)))
                {
                    waiting.Enqueue(target);
                }
            }
        }

        return reached;
    }
}
