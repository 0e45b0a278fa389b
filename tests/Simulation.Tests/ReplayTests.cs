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

    /// <summary>Three devices make a call in half an hour: it ends without one, and at its time.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_run_that_is_too_short_for_a_call_ends_all_the_same(ulong seed)
    {
        var report = Runs.Run(Runs.Of(seed, FaultLevel.None) with { Nodes = 3, Duration = TimeSpan.FromMinutes(6), TaskShare = 0.01 });
        Assert.Null(report.Violation);
        Assert.Empty(report.Outcomes);
    }

    [Fact]
    public void Another_seed_gives_other_events() =>
        Assert.NotEqual(Runs.Run(Runs.Of(7, FaultLevel.Heavy)).Digest, Runs.Run(Runs.Of(8, FaultLevel.Heavy)).Digest);
}
