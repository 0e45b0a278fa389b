using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fog.Client;

/// <summary>Status changes of one invocation over one connection. Ends when the silo ends it; fails as <see cref="FogClientError.SiloUnreachable"/> when it breaks or falls silent.</summary>
internal static class InvocationStream
{
    public static async IAsyncEnumerable<InvocationInfo> Read(
        SiloConnection silo,
        string id,
        TimeSpan silence,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using var response = await silo.Open($"v1/invocations/{id}/events", "text/event-stream", cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(silence);
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        await using var events = SseParser.Create(body, static (_, data) => JsonSerializer.Deserialize<InvocationInfo>(data, FogJson.Options))
            .EnumerateAsync(patience.Token)
            .GetAsyncEnumerator(patience.Token);
        while (await Next(silo, events, cancel))
        {
            patience.CancelAfter(silence);
            if (events.Current.Data is { } status)
            {
                yield return status;
            }
        }
    }

    private static async Task<bool> Next(SiloConnection silo, IAsyncEnumerator<SseItem<InvocationInfo?>> events, CancellationToken cancel)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (JsonException malformed)
        {
            throw silo.NotASilo(malformed);
        }
        catch (Exception broken) when (SiloConnection.IsBrokenWay(broken, cancel))
        {
            throw silo.Unreachable(broken);
        }
    }
}
