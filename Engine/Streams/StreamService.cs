using System.Buffers.Binary;
using System.Collections.Concurrent;
using Fog.Engine.Invocation;
using Fog.Engine.Runtime;
using Fog.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Streams;

/// <summary>The engine's streams. Items and subscriptions are records of the one store: kinds <see cref="RecordKind.StreamItem"/>
/// and <see cref="RecordKind.StreamSubscription"/>, "grain" being the stream's provider, namespace and key.</summary>
internal sealed class StreamService(FogEngine engine)
{
    private readonly ConcurrentDictionary<string, StreamLog> _logs = new(StringComparer.Ordinal);
    private long _subscribed;

    /// <summary>Takes up stored items and subscriptions.</summary>
    internal void Start()
    {
        var stored = new List<StreamLog>();
        foreach (var (key, record) in engine.Store.ReadAll(RecordKind.StreamSubscription))
        {
            Known(key.Grain).Load(StreamSubscription.Read(key, record, WayTo));
        }

        foreach (var (key, record) in engine.Store.ReadAll(RecordKind.StreamItem))
        {
            Known(key.Grain).Load(StreamItem.Read(key, record));
        }

        stored.ForEach(static log => log.Start());

        StreamLog Known(string name)
        {
            if (!_logs.TryGetValue(name, out var log))
            {
                stored.Add(log = Log(name));
            }

            return log;
        }
    }

    internal void Stop()
    {
        foreach (var log in _logs.Values)
        {
            log.Stop();
        }
    }

    /// <summary>Completes when what deliveries have set off so far is on its way to the store.</summary>
    internal Task Settle() => Task.WhenAll(_logs.Values.Select(static log => log.Settle()));

    internal StreamLog Log(string provider, StreamId stream) => Log($"{provider}/{stream}");

    internal StreamSubscription NewSubscription(Activation grain)
    {
        // Unique in this store, and the same again in a simulation that is run again.
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, engine.Time.GetUtcNow().UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Interlocked.Increment(ref _subscribed));
        var subscriber = grain.GrainId.ToString();
        return new StreamSubscription(new Guid(bytes, bigEndian: true), subscriber, WayTo(subscriber));
    }

    private StreamLog Log(string name) => _logs.GetOrAdd(name, static (name, engine) => new StreamLog(engine, name), engine);

    private ReferenceOrigin? WayTo(string subscriber)
    {
        var separator = subscriber.IndexOf('/');
        var grainClass = engine.ClassOf(GrainType.Create(subscriber[..separator]));
        if (grainClass is null)
        {
            // Kept: an engine with that class will have it again.
            engine.Logger.LogWarning("A subscription of {Grain} rests: no grain class of that type is known.", subscriber);
        }

        return grainClass?.OriginOf(subscriber[(separator + 1)..]);
    }
}
