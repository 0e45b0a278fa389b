using System.Globalization;
using Fog.Grains.Rules;

namespace Fog.Grains.Expiry;

/// <summary>Moments a quarter of an hour apart, each with a number of shares: which expiry grain has what.</summary>
internal static class ExpiryMoment
{
    public const int Shares = 16;

    private const string Format = "yyyyMMddHHmm";

    public static readonly TimeSpan Apart = TimeSpan.FromMinutes(15);

    /// <summary>The first moment that is not before <paramref name="end"/>.</summary>
    public static DateTimeOffset At(DateTimeOffset end)
    {
        long late = end.UtcTicks % Apart.Ticks;
        return new(end.UtcTicks + (late == 0 ? 0 : Apart.Ticks - late), TimeSpan.Zero);
    }

    /// <summary>Key of the expiry grain that has <paramref name="owner"/> at that moment.</summary>
    public static string KeyOf(DateTimeOffset moment, string owner) => KeyOf(moment, (int)(WakeSchedule.Phase(owner) * Shares));

    public static string KeyOf(DateTimeOffset moment, int share) => string.Create(CultureInfo.InvariantCulture, $"{moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}-{share}");

    /// <summary>The moment that a key names.</summary>
    public static DateTimeOffset Of(string key) =>
        DateTimeOffset.ParseExact(key[..Format.Length], Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
