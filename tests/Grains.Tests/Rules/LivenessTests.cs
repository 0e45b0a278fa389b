using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;

namespace Fog.Grains.Tests.Rules;

public class LivenessTests
{
    private static readonly LivenessOptions Options = new();
    private static readonly DateTimeOffset Expected = Nodes.Now;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1, 0, 0, 30)]        // the floor
    [InlineData(600, 0, 0, 30)]      // 5 % of 10 min is the floor
    [InlineData(3600, 0, 0, 180)]    // 5 % of 1 h
    [InlineData(3600, 100, 0, 300)]  // 3 × clock error
    [InlineData(3600, -100, 0, 300)] // early is an error too
    [InlineData(60, 0, 310, 310)]    // announced back-off
    public void Grace_is_the_largest_of_its_four_reasons(double period, double clockError, double backoff, double grace) =>
        Assert.Equal(
            TimeSpan.FromSeconds(grace),
            Liveness.Grace(TimeSpan.FromSeconds(period), TimeSpan.FromSeconds(clockError), TimeSpan.FromSeconds(backoff), Options));

    [Theory]
    [InlineData(-5, true, NodePresence.Awake)]
    [InlineData(-5, false, NodePresence.Sleeping)]
    [InlineData(0, false, NodePresence.Sleeping)]
    [InlineData(3, false, NodePresence.Sleeping)] // still connecting
    [InlineData(3.1, false, NodePresence.Overdue)]
    [InlineData(3.1, true, NodePresence.Overdue)]
    [InlineData(30, false, NodePresence.Overdue)]
    [InlineData(30.1, false, NodePresence.Lost)]
    [InlineData(30.1, true, NodePresence.Lost)]
    public void Absence_has_three_states_and_runs_from_the_expected_wake(double secondsLate, bool awake, NodePresence presence) =>
        Assert.Equal(presence, Liveness.Presence(awake, Expected, Grace, DateTimeOffset.MinValue, Expected.AddSeconds(secondsLate), Options));

    [Fact]
    public void A_sleeper_with_a_period_of_an_hour_is_not_purged_after_thirty_seconds()
    {
        var wake = Nodes.Now.AddHours(1);
        Assert.Equal(NodePresence.Sleeping, Liveness.Presence(awake: false, wake, Grace, DateTimeOffset.MinValue, Nodes.Now.AddMinutes(59), Options));
    }

    [Fact]
    public void Grace_starts_anew_after_an_outage()
    {
        var back = Expected.AddMinutes(10);
        Assert.Equal(NodePresence.Overdue, Liveness.Presence(awake: false, Expected, Grace, back, back.AddSeconds(29), Options));
        Assert.Equal(NodePresence.Lost, Liveness.Presence(awake: false, Expected, Grace, back, back.AddSeconds(31), Options));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 1, false)] // one node is never the site
    [InlineData(1, 2, false)]
    [InlineData(2, 4, true)]
    [InlineData(3, 7, false)]
    [InlineData(4, 7, true)]
    [InlineData(499, 1000, false)]
    [InlineData(500, 1000, true)]
    public void Half_of_a_site_late_at_once_is_an_outage(int late, int nodes, bool outage) =>
        Assert.Equal(outage, Liveness.IsSiteOutage(late, nodes, Options));

    [Fact]
    public void A_learned_clock_error_follows_what_is_seen_and_forgets()
    {
        var learned = TimeSpan.Zero;
        for (int i = 0; i < 30; i++)
        {
            learned = Liveness.LearnClockError(learned, TimeSpan.FromSeconds(i % 2 == 0 ? 8 : -8));
        }

        Assert.InRange(learned.TotalSeconds, 7.5, 8);
        for (int i = 0; i < 30; i++)
        {
            learned = Liveness.LearnClockError(learned, TimeSpan.Zero);
        }

        Assert.InRange(learned.TotalSeconds, 0, 0.2);
    }
}
