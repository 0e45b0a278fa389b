using System.Globalization;

namespace Fog.Client.Sdk.Cli.Output;

/// <summary>Times, energies and shares as people write them.</summary>
public static class Units
{
    public static string Seconds(double seconds) => seconds switch
    {
        < 1 => Number(seconds * 1000, "0", "ms"),
        < 120 => Number(seconds, "0.0", "s"),
        < 7200 => Number(seconds / 60, "0", "min"),
        _ => Number(seconds / 3600, "0.0", "h"),
    };

    public static string Joules(double joules) => Math.Abs(joules) < 1 ? Number(joules * 1000, "0", "mJ") : Number(joules, "0.00", "J");

    public static string Percent(double share) => Number(share * 100, "0.0", "%");

    /// <summary>Reads <c>500ms</c>, <c>2s</c>, <c>5min</c> (or <c>5m</c>), <c>1h</c>.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        foreach (var (suffix, unit) in ((string, TimeSpan)[])[
            ("ms", TimeSpan.FromMilliseconds(1)), ("min", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
            ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1))])
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                return double.TryParse(text[..^suffix.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count <= 1e9
                    ? count * unit
                    : null;
            }
        }

        return null;
    }

    /// <summary>Reads <c>10%</c>, 0.1 to 100, as permille.</summary>
    public static int? ParsePermille(string text) =>
        text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
            && percent is >= 0.1 and <= 100
            ? (int)Math.Round(percent * 10)
            : null;

    private static string Number(double value, string format, string unit) => $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}";
}
