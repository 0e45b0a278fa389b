using System.Diagnostics;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Waits for what another process, or a device on its own clock, brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <param name="what">Names what never came, when it does not.</param>
    public static async Task<T> Comes<T>(string what, TimeSpan within, Func<Task<T?>> look)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        using var next = new PeriodicTimer(s_look);
        while (waited.Elapsed < within)
        {
            if (await look() is { } come)
            {
                return come;
            }

            await next.WaitForNextTickAsync();
        }

        throw new TimeoutException($"Within {within.TotalSeconds} s this never came: {what}.");
    }
}
