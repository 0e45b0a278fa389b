using Fog.Simulation.Faults;

namespace Fog.Simulation.Tests;

public class ReplayTests
{
    [Theory]
    [InlineData(FaultLevel.None)]
    [InlineData(FaultLevel.Light)]
    [InlineData(FaultLevel.Heavy)]
    public void The_same_seed_gives_the_same_events(FaultLevel faults)
    {
        var options = Runs.Of(7, faults);
        var first = Runs.Run(options);
        var second = Runs.Run(options);

        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(first.Steps, second.Steps);
        Assert.True(first.Wakes > 100, $"{first.Wakes} wakes");
    }

    [Fact]
    public void Another_seed_gives_other_events() =>
        Assert.NotEqual(Runs.Run(Runs.Of(7, FaultLevel.Heavy)).Digest, Runs.Run(Runs.Of(8, FaultLevel.Heavy)).Digest);
}
