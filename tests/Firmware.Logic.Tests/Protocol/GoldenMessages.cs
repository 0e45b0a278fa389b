using System.Reflection;
using System.Text.Json;

namespace Fog.Firmware.Logic.Tests;

/// <summary>tests/Vectors/protocol.</summary>
internal static class GoldenMessages
{
    public static JsonElement File(string name)
    {
        var folder = typeof(GoldenMessages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!;
        return JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(folder, "protocol", name + ".json"))).RootElement;
    }

    public static TheoryData<string, string> Cases(params string[] files)
    {
        var data = new TheoryData<string, string>();
        foreach (var file in files)
        {
            foreach (var c in File(file).GetProperty("cases").EnumerateArray())
                data.Add(file, c.GetProperty("name").GetString()!);
        }

        return data;
    }

    public static JsonElement Case(string file, string name) =>
        File(file).GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);

    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static uint U32(this JsonElement element, string name) => element.GetProperty(name).GetUInt32();

    public static int I32(this JsonElement element, string name) => element.GetProperty(name).GetInt32();

    public static long I64(this JsonElement element, string name) => element.GetProperty(name).GetInt64();
}
