using System.Reflection;

namespace Fog.Tidy;

/// <summary>The files of this repository, without what the build makes.</summary>
internal static class Repository
{
    private static readonly string[] s_notOurs = ["bin", "obj", ".git", ".vs", ".idea", "TestResults", "node_modules"];

    public static string Root { get; } = Path.GetFullPath(Path.Combine(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "VectorsFolder").Value!, "..", ".."));

    /// <summary>Paths from the root, with <c>/</c>.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Below(new DirectoryInfo(Root)).Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(child => !s_notOurs.Contains(child.Name)).SelectMany(Below));
}
