using System.Reflection;

namespace Fog.Wasm.Portable.Tests;

/// <summary>Where the golden files are.</summary>
internal static class Vectors
{
    public static string Folder { get; } =
        typeof(Vectors).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!;
}
