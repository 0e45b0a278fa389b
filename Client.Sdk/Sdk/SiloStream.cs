using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fog.Client;

/// <summary>Server-sent events over one connection. Ends when the silo ends it; fails as <see cref="FogClientError.SiloUnreachable"/> when it breaks or falls silent.</summary>
internal static class SiloStream
{
    /// <param name="parse">From an event's type and data; null: it says nothing but that the silo lives.</param>
    public static async IAsyncEnumerable<T> Read<T>(
        SiloConnection silo,
        string path,
        SseItemParser<T?> parse,
        TimeSpan silence,
        [EnumeratorCancellation] CancellationToken cancel)
        where T : class
    {
        using var response = await silo.Open(path, "text/event-stream", cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(silence);
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        await using var events = SseParser.Create(body, parse)
            .EnumerateAsync(patience.Token)
            .GetAsyncEnumerator(patience.Token);
        while (await Next(silo, events, cancel))
        {
            patience.CancelAfter(silence);
            if (events.Current.Data is { } item)
            {
                yield return item;
            }
        }
    }

    private static async Task<bool> Next<T>(SiloConnection silo, IAsyncEnumerator<SseItem<T?>> events, CancellationToken cancel)
        where T : class
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
