using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fog.Engine.Storage;

/// <summary>How states are written as JSON: by System.Text.Json's own rules, bytes as base64, older versions brought forward by <see cref="StateSchema"/>.</summary>
public static class StateJson
{
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    private static JsonSerializerOptions MakeOptions()
    {
        var plain = new JsonSerializerOptions
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new BytesConverter() },
        };
        plain.MakeReadOnly(populateMissingResolver: true);
        var options = new JsonSerializerOptions(plain);
        options.Converters.Add(new StateSchema(plain));
        options.MakeReadOnly();
        return options;
    }

    /// <summary>A default array is null in JSON, and back.</summary>
    private sealed class BytesConverter : JsonConverter<ImmutableArray<byte>>
    {
        public override bool HandleNull => true;

        public override ImmutableArray<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.Null
                ? default
                : System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, ImmutableArray<byte> value, JsonSerializerOptions options)
        {
            if (value.IsDefault)
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteBase64StringValue(value.AsSpan());
            }
        }
    }
}
