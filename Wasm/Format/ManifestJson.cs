using System.Collections.Immutable;
using System.Text.Json;

namespace Fog.Wasm.Format;

/// <summary>The manifest as JSON: the members of <see cref="FunctionManifest"/> in camel case, all of them required but a parameter's <c>state</c>.</summary>
internal static class ManifestJson
{
    private const int BytesMax = 16_384;
    private const int ParametersMax = 32;
    private const int CapabilitiesMax = 32;

    public static byte[] Write(FunctionManifest manifest)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("name", manifest.Name);
            json.WriteString("version", manifest.Version);
            json.WriteStartArray("parameters");
            foreach (var parameter in manifest.Parameters)
            {
                json.WriteStartObject();
                json.WriteString("name", parameter.Name);
                json.WriteString("type", parameter.Type.ToString());
                if (parameter.State is { } key) json.WriteString("state", key);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("result", manifest.Result.ToString());
            json.WriteNumber("replicas", manifest.Replicas);
            json.WriteNumber("fuelMax", manifest.FuelMax);
            json.WriteNumber("memoryBytesMax", manifest.MemoryBytesMax);
            json.WriteNumber("callDepthMax", manifest.CallDepthMax);
            json.WriteStartArray("capabilities");
            foreach (var capability in manifest.Capabilities) json.WriteStringValue(capability);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    public static FunctionManifest Read(byte[] bytes)
    {
        if (bytes.Length > BytesMax) throw Malformed($"{bytes.Length} bytes, at most {BytesMax}");
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Malformed(e.Message);
        }
    }

    private static FunctionManifest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw Malformed("not an object");
        var parameters = ImmutableArray.CreateBuilder<FogParameter>();
        foreach (var parameter in Items(root, "parameters", ParametersMax))
        {
            if (parameter.ValueKind != JsonValueKind.Object) throw Malformed("a parameter is not an object");
            var key = parameter.TryGetProperty("state", out _) ? Text(parameter, "state", 32) : null;
            if (key is not null && !IsName(key)) throw Malformed("state has characters outside [a-z0-9-]");
            if (key is not null && parameters.Any(p => p.State == key)) throw Malformed($"state '{key}' comes twice");
            parameters.Add(new(Text(parameter, "name", 64), Type(parameter, "type"), key));
            if (parameters[parameters.Count - 1].Type.Kind == FogKind.Void) throw Malformed("a parameter is void");
        }

        var name = Text(root, "name", 32);
        if (!IsName(name)) throw Malformed("name has characters outside [a-z0-9-]");
        int replicas = (int)Number(root, "replicas", 1, FunctionManifest.ReplicasMax);
        if (replicas % 2 == 0) throw Malformed("replicas is even");
        return new(
            name,
            Text(root, "version", 32),
            parameters.ToImmutable(),
            Type(root, "result"),
            replicas,
            Number(root, "fuelMax", 1, long.MaxValue),
            (int)Number(root, "memoryBytesMax", 0, int.MaxValue),
            (int)Number(root, "callDepthMax", 1, 1_000),
            [.. Items(root, "capabilities", CapabilitiesMax).Select(c => TextOf(c, "a capability", 32))]);
    }

    private static bool IsName(string text) => text.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');

    private static JsonElement Member(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) ? value : throw Malformed($"{name} is missing");

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name, int max)
    {
        var array = Member(owner, name);
        if (array.ValueKind != JsonValueKind.Array) throw Malformed($"{name} is no array");
        return array.GetArrayLength() <= max ? array.EnumerateArray() : throw Malformed($"more than {max} {name}");
    }

    private static string Text(JsonElement owner, string name, int lengthMax) => TextOf(Member(owner, name), name, lengthMax);

    private static string TextOf(JsonElement value, string what, int lengthMax)
    {
        if (value.ValueKind != JsonValueKind.String) throw Malformed($"{what} is no string");
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Not valid UTF-8, or an unpaired surrogate escape.
            throw Malformed($"{what} is no text");
        }

        return text.Length >= 1 && text.Length <= lengthMax ? text : throw Malformed($"{what} must have 1 to {lengthMax} characters");
    }

    private static long Number(JsonElement owner, string name, long min, long max)
    {
        var value = Member(owner, name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max
            ? number
            : throw Malformed($"{name} must be an integer from {min} to {max}");
    }

    private static FogType Type(JsonElement owner, string name)
    {
        var text = Text(owner, name, 16);
        return FogType.TryParse(text, out var type) ? type : throw Malformed($"{name} '{text}' is no fog type");
    }

    private static ModuleException Malformed(string detail) => new(ModuleError.ManifestMalformed, 0, $"{FunctionManifest.SectionName}: {detail}");
}
