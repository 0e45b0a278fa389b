using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Fog.Engine.Storage;

/// <summary>Brings stored states forward to the version that the code declares.</summary>
/// <remarks>A state that has versions declares the current one as the initial value of <c>int Schema { get; init; }</c>. From version 2 on, it also declares
/// <c>public static void Upgrade(JsonObject stored, int from)</c>, which changes the JSON of version <c>from</c> into that of <c>from + 1</c>, for every earlier version.
/// A later version is refused: its members that this code does not know would be lost with the next write.</remarks>
/// <param name="plain">How the state is read and written otherwise.</param>
internal sealed class StateSchema(JsonSerializerOptions plain) : JsonConverterFactory
{
    private const string Member = "Schema";

    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.GetProperty(Member)?.PropertyType == typeof(int) && typeToConvert.GetConstructor(Type.EmptyTypes) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert), plain)!;

    /// <summary>A state that has versions.</summary>
    internal interface IVersioned
    {
        /// <summary>Whether it was written with the version that the code declares.</summary>
        /// <exception cref="JsonException">It is not JSON, or has no version.</exception>
        bool IsCurrent(ReadOnlySpan<byte> stored);
    }

    private sealed class Converter<TState> : JsonConverter<TState>, IVersioned
        where TState : new()
    {
        private readonly JsonSerializerOptions _plain;
        private readonly int _current = (int)typeof(TState).GetProperty(Member)!.GetValue(new TState())!;
        private readonly Action<JsonObject, int>? _upgrade = typeof(TState).GetMethod("Upgrade", BindingFlags.Public | BindingFlags.Static)?.CreateDelegate<Action<JsonObject, int>>();

        public Converter(JsonSerializerOptions plain)
        {
            _plain = plain;
            if (_current > 1 && _upgrade is null)
            {
                throw new NotSupportedException($"{typeof(TState)} has schema {_current} and no Upgrade from those before.");
            }
        }

        public bool IsCurrent(ReadOnlySpan<byte> stored)
        {
            var reader = new Utf8JsonReader(stored);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && StoredVersion(reader) == _current;
        }

        public override TState? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            int stored = StoredVersion(reader);
            if (stored == _current)
            {
                return JsonSerializer.Deserialize<TState>(ref reader, _plain);
            }

            if (stored > _current || stored < 1)
            {
                throw new JsonException($"It was written with schema {stored}, this version knows 1 to {_current}: run the version that wrote it, or a later one.");
            }

            var json = JsonNode.Parse(ref reader)!.AsObject();
            for (int version = stored; version < _current; version++)
            {
                _upgrade!(json, version);
            }

            json[Member] = _current;
            return json.Deserialize<TState>(_plain);
        }

        public override void Write(Utf8JsonWriter writer, TState value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, _plain);

        /// <summary>Looks ahead: the member is the first one, unless somebody else wrote the state.</summary>
        private static int StoredVersion(Utf8JsonReader ahead)
        {
            while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
            {
                bool found = ahead.ValueTextEquals(Member);
                ahead.Read();
                if (found && ahead.TokenType == JsonTokenType.Number && ahead.TryGetInt32(out int version))
                {
                    return version;
                }

                ahead.Skip();
            }

            throw new JsonException($"It has no member {Member}.");
        }
    }
}
