using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Engine.Tests.OrleansApi;

/// <summary>Grains compile against Orleans or against the engine: what the engine declares in Orleans' namespaces has Orleans' signatures.</summary>
public sealed class OrleansApiTests
{
    private static readonly IReadOnlyList<MetadataReference> s_platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    private static readonly IReadOnlyList<ApiType> s_engine = Types(typeof(Fog.Engine.Hosting.FogEngineServices).Assembly.Location);

    [Fact]
    public void Every_type_has_the_signatures_of_Orleans_public_listings()
    {
        var listed = Directory.EnumerateFiles(Path.Combine(Setting("VectorsFolder"), "orleans-api"), "*.txt")
            .SelectMany(static file => ApiType.Read(File.ReadLines(file)))
            .ToDictionary();

        var differences = s_engine.SelectMany(type => listed.TryGetValue(type.Name, out var original)
            ? type.DifferencesFrom(original)
            : [$"{type.Name} is in no listing of tests/Vectors/orleans-api."]);

        NoDifference(differences);
    }

    [Fact]
    public void Every_type_has_the_signatures_of_the_abstractions_package()
    {
        var packaged = Types(Setting("OrleansAbstractions")).ToDictionary(static type => type.Name);
        var shared = s_engine.Where(type => packaged.ContainsKey(type.Name)).ToArray();

        Assert.Contains(shared, static type => type.Name == "Orleans.Grain");
        NoDifference(shared.SelectMany(type => type.DifferencesFrom(packaged[type.Name])));
    }

    [Fact]
    public void A_difference_is_told_with_both_signatures()
    {
        var engine = new ApiType("Orleans.Thing", ["kind public interface Orleans.Thing", "member int Size(string key)", "member int Depth { get; }"]);
        var original = new ApiType("Orleans.Thing", ["kind public interface Orleans.Thing", "member System.Collections.Generic.List<long> Size<T>(string key)", "member bool Wide { get; }"]);

        var told = engine.DifferencesFrom(original).ToArray();

        Assert.Equal(2, told.Length);
        Assert.Contains("engine:  member int Size(string key)", told[0], StringComparison.Ordinal);
        Assert.EndsWith("Orleans: member System.Collections.Generic.List<long> Size<T>(string key)", told[0], StringComparison.Ordinal);
        Assert.Contains("Orleans: nothing of that name", told[1], StringComparison.Ordinal);
    }

    private static IReadOnlyList<ApiType> Types(string assembly)
    {
        var reference = MetadataReference.CreateFromFile(assembly);
        var compilation = CSharpCompilation.Create("api", references: s_platform
            .Where(platform => Path.GetFileName(platform.Display) != Path.GetFileName(assembly))
            .Append(reference));
        return [.. ApiPrinter.Print((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!)];
    }

    private static void NoDifference(IEnumerable<string> differences)
    {
        string all = string.Join(Environment.NewLine, differences);
        Assert.True(all.Length == 0, all);
    }

    private static string Setting(string key) => typeof(OrleansApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
