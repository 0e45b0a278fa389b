using System.Text.Json;

namespace Fog.Client;

/// <summary>Status changes of one invocation over one connection. Ends and fails as <see cref="SiloStream"/> does.</summary>
internal static class InvocationStream
{
    public static IAsyncEnumerable<InvocationInfo> Read(SiloConnection silo, string id, TimeSpan silence, CancellationToken cancel) => SiloStream.Read(
        silo, $"v1/invocations/{id}/events", static (_, data) => JsonSerializer.Deserialize<InvocationInfo>(data, FogJson.Options), silence, cancel);
}
