using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fog.Client;

/// <summary>JSON as the silo speaks it. Not-a-number and the infinities are strings; byte arrays are arrays of numbers, as all arrays are.</summary>
internal static class FogJson
{
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new ByteArrayConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class ByteArrayConverter : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            [.. JsonSerializer.Deserialize<List<byte>>(ref reader, options) ?? throw new JsonException("An array expected.")];

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (byte item in value)
            {
                writer.WriteNumberValue(item);
            }

            writer.WriteEndArray();
        }
    }
}
