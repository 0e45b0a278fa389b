using System.Text.Json;

namespace Fog.Client;

/// <summary>Events of the site over one connection. Ends and fails as <see cref="SiloStream"/> does.</summary>
internal static class EventStream
{
    private const string EventType = "event";

    public static IAsyncEnumerable<FogEvent> Read(SiloConnection silo, long after, TimeSpan silence, CancellationToken cancel) => SiloStream.Read(
        silo,
        FormattableString.Invariant($"v1/events/stream?after={after}"),
        static (type, data) => type == EventType ? JsonSerializer.Deserialize<FogEvent>(data, FogJson.Options) : null,
        silence,
        cancel);
}
