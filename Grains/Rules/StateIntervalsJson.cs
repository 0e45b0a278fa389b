using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>What System.Text.Json reads and writes for them, without an object for each: a node's state, of which they are the larger part of the numbers, is read and written at every wake.</summary>
internal sealed class StateIntervalsJson : JsonConverter<StateIntervals>
{
    /// <summary>Of a TimeSpan in its constant format: <c>-10675199.02:48:05.4775808</c>.</summary>
    private const int TimeBytesMax = 26;

    private static readonly JsonEncodedText[] s_names =
    [
        JsonEncodedText.Encode(nameof(StateIntervals.Connect)),
        JsonEncodedText.Encode(nameof(StateIntervals.Idle)),
        JsonEncodedText.Encode(nameof(StateIntervals.Receive)),
        JsonEncodedText.Encode(nameof(StateIntervals.Execute)),
        JsonEncodedText.Encode(nameof(StateIntervals.Transmit)),
        JsonEncodedText.Encode(nameof(StateIntervals.Sleep)),
    ];

    public override StateIntervals Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Intervals are an object.");
        }

        Span<TimeSpan> times = stackalloc TimeSpan[s_names.Length];
        times.Clear();
        for (int next = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; next++)
        {
            int at = Find(reader, next);
            reader.Read();
            if (at < 0)
            {
                reader.Skip();
            }
            else
            {
                times[at] = Time(reader);
            }
        }

        return new(times[0], times[1], times[2], times[3], times[4], times[5]);
    }

    public override void Write(Utf8JsonWriter writer, StateIntervals value, JsonSerializerOptions options)
    {
        ReadOnlySpan<TimeSpan> times = [value.Connect, value.Idle, value.Receive, value.Execute, value.Transmit, value.Sleep];
        Span<byte> text = stackalloc byte[TimeBytesMax];
        writer.WriteStartObject();
        for (int i = 0; i < times.Length; i++)
        {
            times[i].TryFormat(text, out int length, "c");
            writer.WriteString(s_names[i], text[..length]);
        }

        writer.WriteEndObject();
    }

    /// <summary>They come in their order, unless somebody else wrote them.</summary>
    private static int Find(in Utf8JsonReader reader, int expected)
    {
        for (int i = 0; i < s_names.Length; i++)
        {
            int at = (expected + i) % s_names.Length;
            if (reader.ValueTextEquals(s_names[at].EncodedUtf8Bytes))
            {
                return at;
            }
        }

        return -1;
    }

    private static TimeSpan Time(in Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out TimeSpan time, out int length, 'c') && length == reader.ValueSpan.Length
            ? time
            : throw new JsonException("An interval is a time, as in \"00:00:10\".");
}
