using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Fog.Engine.Storage;

/// <summary>How states are written as JSON: by System.Text.Json's own rules, bytes as base64, older versions brought forward by <see cref="StateSchema"/>.</summary>
public static class StateJson
{
    private static readonly JsonSerializerOptions s_plain = MakePlain();

    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>What <see cref="JsonSerializer"/> reads with <see cref="Options"/>, at half the price: a converter, which a state that has versions needs there, is handed nothing before it was read through.</summary>
    /// <exception cref="JsonException">It cannot be read as such a state.</exception>
    /// <exception cref="NotSupportedException">No such state can.</exception>
    public static TState? Read<TState>(ReadOnlySpan<byte> stored) =>
        Shape<TState>.Versioned is { } versioned && !versioned.IsCurrent(stored)
            ? JsonSerializer.Deserialize<TState>(stored, Options)
            : JsonSerializer.Deserialize(stored, Shape<TState>.Plain);

    /// <summary>What <see cref="JsonSerializer"/> writes with <see cref="Options"/>.</summary>
    /// <exception cref="NotSupportedException">No such state can be written.</exception>
    public static byte[] Write<TState>(TState state) => JsonSerializer.SerializeToUtf8Bytes(state, Shape<TState>.Plain);

    private static JsonSerializerOptions MakePlain()
    {
        var plain = new JsonSerializerOptions
        {
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new BytesConverter() },
        };
        plain.MakeReadOnly(populateMissingResolver: true);
        return plain;
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(s_plain);
        options.Converters.Add(new StateSchema(s_plain));
        options.MakeReadOnly();
        return options;
    }

    /// <summary>How one type is read and written; looked up once.</summary>
    private static class Shape<TState>
    {
        /// <summary>Null: it has no versions.</summary>
        public static readonly StateSchema.IVersioned? Versioned = Options.GetConverter(typeof(TState)) as StateSchema.IVersioned;

        public static readonly JsonTypeInfo<TState> Plain = (JsonTypeInfo<TState>)s_plain.GetTypeInfo(typeof(TState));
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
