namespace Fog.Silo.Gateway;

/// <summary>Asks many grains, a bounded number at a time, and keeps the order.</summary>
internal static class Listing
{
    public static async Task<TView[]> Of<TKey, TView>(IReadOnlyList<TKey> keys, Func<TKey, Task<TView>> ask, CancellationToken cancel)
    {
        var views = new TView[keys.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = GatewayLimits.ListingParallelismMax, CancellationToken = cancel };
        await Parallel.ForAsync(0, keys.Count, options, async (i, stop) => views[i] = await ask(keys[i]).WaitAsync(stop));
        return views;
    }
}
