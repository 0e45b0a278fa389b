using System.Globalization;
using System.Text.Json;
using Fog.Engine.Invocation;
using Fog.Engine.Storage;

namespace Fog.Engine.Streams;

/// <summary>One grain's subscription to a stream. Its fields belong to the turns of the stream's <see cref="StreamLog"/>.</summary>
internal sealed class StreamSubscription(Guid id, string subscriber, ReferenceOrigin? grain)
{
    internal Guid Id => id;

    /// <summary>The subscriber's grain id as text.</summary>
    internal string Subscriber => subscriber;

    /// <summary>The way to it; null when no grain class of that type is known: the subscription rests.</summary>
    internal ReferenceOrigin? Grain => grain;

    /// <summary>Sequence number of the last item it has taken.</summary>
    internal long Cursor { get; set; }

    /// <summary>The cursor that a restart would find.</summary>
    internal long StoredCursor { get; set; }

    /// <summary>Version of its record; null until it is durable.</summary>
    internal long? Version { get; set; }

    /// <summary>Items it had not taken were dropped, and it was not told yet.</summary>
    internal bool HasMissed { get; set; }

    internal bool HasEnded { get; set; }

    internal bool IsPumping { get; set; }

    /// <summary>The write of its cursor that is under way; never faulted.</summary>
    internal Task Saving { get; set; } = Task.CompletedTask;

    /// <exception cref="UnreadableStateException">The record is no subscription.</exception>
    internal static StreamSubscription Read(RecordKey key, StoredRecord record, Func<string, ReferenceOrigin?> wayTo)
    {
        var body = record.Json($"Subscription '{key.Name}' of stream {key.Grain}");
        try
        {
            var stored = JsonSerializer.Deserialize<Stored>(body, StateJson.Options)!;
            return new(Guid.ParseExact(key.Name, "N"), stored.Subscriber, wayTo(stored.Subscriber))
            {
                Cursor = stored.Cursor,
                StoredCursor = stored.Cursor,
                Version = record.Version,
            };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new UnreadableStateException($"Subscription '{key.Name}' of stream {key.Grain} cannot be read: {e.Message}", e);
        }
    }

    internal RecordKey KeyIn(string stream) => new(RecordKind.StreamSubscription, stream, id.ToString("N", CultureInfo.InvariantCulture));

    internal RecordWrite Write(string stream) => new(KeyIn(stream), Version, JsonSerializer.SerializeToUtf8Bytes(new Stored(subscriber, Cursor), StateJson.Options));

    internal RecordWrite Delete(string stream) => new(KeyIn(stream), Version, null);

    private sealed record Stored(string Subscriber, long Cursor);
}
