using System.Xml.Linq;

namespace Fog.Firmware.Device.Tests.NanoFramework;

/// <summary>nanoFramework's project files say what is in the folders and in packages.config.</summary>
public class ProjectFileTests
{
    private static readonly XNamespace MsBuild = "http://schemas.microsoft.com/developer/msbuild/2003";

    public static TheoryData<string> Projects() => [.. Files];

    private static string[] Files => [.. Directory.GetFiles(NanoCompilation.Folder, "*.nfproj").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Its_sources_and_projects_are_there(string project)
    {
        var file = XDocument.Load(Path.Combine(NanoCompilation.Folder, project));
        foreach (var include in file.Descendants(MsBuild + "Compile").Select(c => c.Attribute("Include")!.Value.Replace('\\', '/')).Where(i => !i.StartsWith("Material", StringComparison.Ordinal)))
        {
            var folder = Path.Combine(NanoCompilation.Folder, Path.GetDirectoryName(include.Replace("**/", "", StringComparison.Ordinal))!);
            Assert.NotEmpty(Directory.GetFiles(folder, Path.GetFileName(include), SearchOption.AllDirectories));
        }

        Assert.All(file.Descendants(MsBuild + "ProjectReference"), p => Assert.True(File.Exists(Path.Combine(NanoCompilation.Folder, p.Attribute("Include")!.Value))));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Its_packages_are_of_packages_config(string project)
    {
        var packages = XDocument.Load(Path.Combine(NanoCompilation.Folder, "packages.config")).Descendants("package")
            .Select(p => $"packages\\{p.Attribute("id")!.Value}.{p.Attribute("version")!.Value}\\lib\\").ToArray();
        var references = XDocument.Load(Path.Combine(NanoCompilation.Folder, project)).Descendants(MsBuild + "Reference")
            .Where(r => !r.Attribute("Include")!.Value.StartsWith("Material", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(references);
        Assert.All(references, r => Assert.Contains(
            packages, package => r.Element(MsBuild + "HintPath")!.Value == $"{package}{r.Attribute("Include")!.Value}.dll"));
    }

    [Fact]
    public void A_slot_and_what_it_stands_on_have_the_names_that_they_have_here()
    {
        Assert.Equal(
            ["Board", "Firmware.Loader", "Firmware.Logic", "Material$(Part)", "SelfTest", "Wasm.Math", "Wasm.Portable"],
            Files.Select(project => XDocument.Load(Path.Combine(NanoCompilation.Folder, project)).Descendants(MsBuild + "AssemblyName").Single().Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_self_test_refers_to_every_part_of_its_material() => Assert.Equal(
        Enumerable.Range(0, Host.MaterialFiles.Parts).Select(part => $"Material{part}"),
        XDocument.Load(Path.Combine(NanoCompilation.Folder, "SelfTest.nfproj")).Descendants(MsBuild + "Reference").Select(r => r.Attribute("Include")!.Value)
            .Where(name => name.StartsWith("Material", StringComparison.Ordinal)));
}
