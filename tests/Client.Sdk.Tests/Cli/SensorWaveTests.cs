using Fog.Client.Sdk.Cli.Fleet;

namespace Fog.Client.Sdk.Tests.Cli;

public sealed class SensorWaveTests
{
    private static readonly DateTimeOffset s_midnight = new(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("temperature=18..26", 0, 22)]
    [InlineData("temperature=18..26", 6, 26)]
    [InlineData("temperature=18..26", 18, 18)]
    [InlineData("frost=-4.5..-0.5", 6, -0.5)]
    [InlineData("soil=0.3", 6, 0.3)]
    [InlineData("soil=0.3", 18, 0.3)]
    public void It_goes_from_low_to_high_and_back_in_a_day(string text, int hour, double expected) =>
        Assert.Equal(expected, SensorWave.Parse(text).Of(phase: 0)(s_midnight.AddHours(hour)), 12);

    [Fact]
    public void Devices_stand_at_phases_of_their_own()
    {
        var wave = SensorWave.Parse("temperature=18..26");
        Assert.Equal(wave.Of(0)(s_midnight.AddHours(6)), wave.Of(0.25)(s_midnight), 12);
    }
}
