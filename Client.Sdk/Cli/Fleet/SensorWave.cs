using System.Globalization;
using System.Text.RegularExpressions;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Fleet;

/// <summary>What the sensor of a virtual device reads: a sine of a day between two values.</summary>
internal sealed partial record SensorWave(string Name, double Low, double High)
{
    /// <exception cref="CliException">Not NAME=LOW..HIGH or NAME=VALUE.</exception>
    public static SensorWave Parse(string text)
    {
        var match = Form().Match(text);
        double low = Number(match.Groups["low"].Value);
        double high = match.Groups["high"].Success ? Number(match.Groups["high"].Value) : low;
        return match.Success && double.IsFinite(low) && double.IsFinite(high)
            ? new SensorWave(match.Groups["name"].Value, low, high)
            : throw new CliException(CliError.Usage($"'{text}' is no sensor: use temperature=18..26 or soil=0.3, the name of a-z, 0-9 and '-'."));
    }

    /// <param name="phase">Of the device, in days.</param>
    public Func<DateTimeOffset, double> Of(double phase) =>
        now => (Low + High) / 2 + (High - Low) / 2 * Math.Sin(2 * Math.PI * (now.TimeOfDay.TotalDays + phase));

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : double.NaN;

    [GeneratedRegex(@"^(?<name>[a-z0-9-]{1,32})=(?<low>-?[0-9.]+?)(\.\.(?<high>-?[0-9.]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
