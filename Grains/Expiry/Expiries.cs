using Fog.Grains.Interfaces.Expiry;

namespace Fog.Grains.Expiry;

internal static class Expiries
{
    /// <summary>On return the sweeper will ask the owner of that state, at <paramref name="end"/> or up to half an hour later, whether it may go.</summary>
    public static Task Expect(this IGrainFactory grains, ExpiryEntry entry, DateTimeOffset end) =>
        grains.GetGrain<IExpiryGrain>(ExpiryMoment.KeyOf(ExpiryMoment.At(end), entry.Key)).Add(entry);
}
