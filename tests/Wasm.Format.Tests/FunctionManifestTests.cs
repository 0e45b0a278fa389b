using System.Text;

namespace Fog.Wasm.Format.Tests;

public class FunctionManifestTests
{
    private const string Good =
        """{"name":"arc-distance","version":"1.2","parameters":[{"name":"theta","type":"f64[]"},{"name":"n","type":"u8"}],"result":"f64[]","replicas":5,"fuelMax":9000000000,"memoryBytesMax":131072,"callDepthMax":32,"capabilities":["sensor"]}""";

    [Fact]
    public void A_manifest_reads_back_as_it_was_written()
    {
        var written = new FunctionManifest("f-1", "2", [new("x", new(FogKind.F32)), new("s", new(FogKind.String), "last-s")], new(FogKind.Bool), 7, 12, 65_536, 9, ["a", "b"]);
        var read = Read(written.ToSection());

        Assert.Equal(written.ToSection().Bytes.ToArray(), read.ToSection().Bytes.ToArray());
        Assert.Equal(written.Parameters.ToArray(), read.Parameters.ToArray());
        Assert.Equal(written.Capabilities.ToArray(), read.Capabilities.ToArray());
        Assert.Equal((7, 12L, 65_536, 9), (read.Replicas, read.FuelMax, read.MemoryBytesMax, read.CallDepthMax));
    }

    [Fact]
    public void A_manifest_gives_the_type_of_its_export()
    {
        var manifest = Read(Section(Good));
        Assert.Equal(new([WasmType.I32, WasmType.I32, WasmType.I32], [WasmType.I64]), manifest.ExportType);
        Assert.Equal(9_000_000_000, manifest.FuelMax);
    }

    [Theory]
    [InlineData("\"name\":\"arc-distance\"", "\"name\":\"Arc\"")]
    [InlineData("\"name\":\"arc-distance\"", "\"name\":\"\"")]
    [InlineData("\"name\":\"arc-distance\"", "\"name\":\"a123456789012345678901234567890123\"")]
    [InlineData("\"name\":\"arc-distance\"", "\"name\":7")]
    [InlineData("\"name\":\"arc-distance\",", "")]
    [InlineData("\"version\":\"1.2\"", "\"version\":null")]
    [InlineData("\"version\":\"1.2\"", "\"version\":\"\\ud800\"")]
    [InlineData("f64[]", "f64[][]")]
    [InlineData("u8", "void")]
    [InlineData("{\"name\":\"n\",\"type\":\"u8\"}", "3")]
    [InlineData("\"result\":\"f64[]\"", "\"result\":\"double\"")]
    [InlineData("\"replicas\":5", "\"replicas\":0")]
    [InlineData("\"replicas\":5", "\"replicas\":9")]
    [InlineData("\"replicas\":5", "\"replicas\":4")]
    [InlineData("arc-distance", "arc_distance")]
    [InlineData("\"replicas\":5", "\"replicas\":1.5")]
    [InlineData("9000000000", "0")]
    [InlineData("9000000000", "1e30")]
    [InlineData("131072", "-1")]
    [InlineData("131072", "2147483648")]
    [InlineData("\"callDepthMax\":32", "\"callDepthMax\":0")]
    [InlineData("\"callDepthMax\":32", "\"callDepthMax\":1001")]
    [InlineData("[\"sensor\"]", "\"sensor\"")]
    [InlineData("[\"sensor\"]", "[7]")]
    [InlineData("\"type\":\"u8\"", "\"type\":\"u8\",\"state\":\"No\"")]
    [InlineData("\"type\":\"u8\"", "\"type\":\"u8\",\"state\":\"\"")]
    [InlineData("\"type\":\"u8\"", "\"type\":\"u8\",\"state\":null")]
    [InlineData("\"type\":\"u8\"", "\"type\":\"u8\",\"state\":\"a123456789012345678901234567890123\"")]
    [InlineData("{\"name\":\"n\",\"type\":\"u8\"}", "{\"name\":\"n\",\"type\":\"u8\",\"state\":\"n\"},{\"name\":\"m\",\"type\":\"u8\",\"state\":\"n\"}")]
    [InlineData("}", "")]
    [InlineData("{", "[")]
    public void A_malformed_manifest_is_refused(string part, string replacement)
    {
        var refused = Assert.Throws<ModuleException>(() => Read(Section(Good.Replace(part, replacement, StringComparison.Ordinal))));
        Assert.Equal(ModuleError.ManifestMalformed, refused.Error);
    }

    [Fact]
    public void A_manifest_of_any_size_or_depth_is_bounded()
    {
        Assert.Equal(ModuleError.ManifestMalformed, Assert.Throws<ModuleException>(() => Read(Section(new string('[', 10_000)))).Error);
        Assert.Equal(ModuleError.ManifestMalformed, Assert.Throws<ModuleException>(() => Read(Section(new string(' ', 20_000)))).Error);
        var many = string.Join(',', Enumerable.Repeat("""{"name":"p","type":"i32"}""", 33));
        Assert.Equal(ModuleError.ManifestMalformed, Assert.Throws<ModuleException>(() => Read(Section(Good.Replace("""{"name":"n","type":"u8"}""", many, StringComparison.Ordinal)))).Error);
    }

    [Fact]
    public void A_module_has_exactly_one_manifest()
    {
        Assert.Equal(ModuleError.ManifestMissing, Assert.Throws<ModuleException>(() => FunctionManifest.Of(new Module())).Error);
        var twice = new Module { CustomSections = [Section(Good), Section(Good)] };
        Assert.Equal(ModuleError.ManifestDuplicate, Assert.Throws<ModuleException>(() => FunctionManifest.Of(twice)).Error);
    }

    private static CustomSection Section(string json) => new(FunctionManifest.SectionName, [.. Encoding.UTF8.GetBytes(json)]);

    private static FunctionManifest Read(CustomSection section) => FunctionManifest.Of(new Module { CustomSections = [section] });
}
