using System.Globalization;
using System.Text.Json;
using Fog.Engine.Storage;

namespace Fog.Engine.Streams;

/// <summary>One item of a stream, as stored: a record of its own, whose name sorts as its sequence number does.</summary>
internal sealed class StreamItem(long sequence, byte[] body)
{
    internal long Sequence => sequence;

    /// <summary>Version of its record; null until that is durable.</summary>
    internal long? Version { get; set; }

    /// <exception cref="UnreadableStateException">The record is of a later version.</exception>
    internal static StreamItem Read(RecordKey key, StoredRecord record)
        => new(long.Parse(key.Name, CultureInfo.InvariantCulture), record.Json($"Item {key.Name} of stream {key.Grain}")) { Version = record.Version };

    internal RecordKey KeyIn(string stream) => new(RecordKind.StreamItem, stream, sequence.ToString("D19", CultureInfo.InvariantCulture));

    internal RecordWrite Insert(string stream) => new(KeyIn(stream), null, body);

    /// <exception cref="UnreadableStateException">It is none of those.</exception>
    internal T As<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, StateJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new UnreadableStateException($"Item {sequence} of a stream cannot be read as {typeof(T)}: {e.Message}", e);
        }
    }
}
