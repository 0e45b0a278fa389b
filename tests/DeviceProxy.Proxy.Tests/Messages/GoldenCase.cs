using System.Reflection;
using System.Text.Json.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

/// <summary>One case of a golden file (tests/Vectors/protocol/README.md).</summary>
internal sealed class GoldenCase(JsonObject json)
{
    public static readonly string Folder = Path.Combine(
        typeof(GoldenCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!, "protocol");

    public string Name => (string)json["name"]!;

    public string Site => (string)json["site"]!;

    public string Node => (string)json["node"]!;

    public string Topic => (string)json["topic"]!;

    public uint Sequence => (uint)json["sequence"]!;

    public byte[] Key => this["key"];

    public byte[] Message => this["bytes"];

    public byte[] Body => Message[6..^16];

    public JsonObject Fields => json["fields"]!.AsObject();

    public byte[] this[string hex] => Convert.FromHexString((string)json[hex]!);

    public static JsonObject File(string file) =>
        JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(Folder, file + ".json")))!.AsObject();

    public static IEnumerable<GoldenCase> Of(string file) => File(file)["cases"]!.AsArray().Select(c => new GoldenCase(c!.AsObject()));

    public static GoldenCase Of(string file, string name) => Of(file).Single(c => c.Name == name);

    /// <summary>Every case of every message.</summary>
    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var codec in MessageCodecs.All)
        {
            foreach (var golden in Of(codec.File))
                all.Add(codec.File, golden.Name);
        }

        return all;
    }
}
