using System.Reflection;

namespace Fog.Wasm.Runtime.Tests;

/// <summary>Where the golden files are.</summary>
internal static class Vectors
{
    public static string Folder { get; } =
        typeof(Vectors).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!;

    /// <summary>Lines of a golden file of values: <c>type | JSON | hexadecimal bytes</c>; # begins a comment.</summary>
    public static IEnumerable<string[]> Lines(string file) =>
        File.ReadLines(Path.Combine(Folder, "values", file))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
}
