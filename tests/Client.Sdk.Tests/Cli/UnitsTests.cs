using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Tests.Cli;

public sealed class UnitsTests
{
    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("2s", 2.0)]
    [InlineData("1.5s", 1.5)]
    [InlineData("5min", 300.0)]
    [InlineData("5m", 300.0)]
    [InlineData("1h", 3600.0)]
    [InlineData("2", null)]
    [InlineData("s", null)]
    [InlineData("-1s", null)]
    [InlineData("1e9s", null)]
    [InlineData("NaNs", null)]
    [InlineData("99999999999999s", null)]
    public void A_duration_has_a_number_and_a_unit(string text, double? seconds) =>
        Assert.Equal(seconds, Units.ParseDuration(text)?.TotalSeconds);

    [Theory]
    [InlineData("10%", 100)]
    [InlineData("0.1%", 1)]
    [InlineData("100%", 1000)]
    [InlineData("0%", null)]
    [InlineData("101%", null)]
    [InlineData("10", null)]
    [InlineData("x%", null)]
    public void A_share_is_a_percentage(string text, int? permille) => Assert.Equal(permille, Units.ParsePermille(text));
}
