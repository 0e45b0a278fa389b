using Fog.Silo.Host.Functions;

namespace Fog.Silo.Host.Tests.Functions;

public class TurnPolicyTests
{
    private static readonly long Millisecond = TimeSpan.TicksPerMillisecond;

    [Fact]
    public void A_run_starts_at_once_while_a_core_is_free_and_waits_otherwise()
    {
        var policy = new TurnPolicy(2);
        Assert.True(policy.Arrive(new(), 0));
        Assert.True(policy.Arrive(new(), 0));
        Assert.False(policy.Arrive(new(), 0));
        Assert.Equal(1, policy.Waiting);
    }

    [Fact]
    public void A_run_that_used_its_turn_up_lets_new_ones_go_first()
    {
        var policy = new TurnPolicy(1);
        TurnPolicy.Run longer = new(), first = new(), second = new();
        policy.Arrive(longer, 0);
        policy.Arrive(first, 0);
        policy.Arrive(second, 0);
        Assert.Same(first, policy.Yield(longer));
        Assert.Same(second, policy.Leave(first));
        Assert.Same(longer, policy.Leave(second));
        Assert.Equal(ExecutorLimits.ShortestTurn, longer.Turn);
        Assert.Null(policy.Leave(longer));
        Assert.True(policy.Arrive(new(), 0));
    }

    [Fact]
    public void A_run_alone_goes_on()
    {
        var policy = new TurnPolicy(1);
        var run = new TurnPolicy.Run();
        policy.Arrive(run, 0);
        Assert.Same(run, policy.Yield(run));
    }

    [Fact]
    public void Demoted_runs_share_the_core_in_turn()
    {
        var policy = new TurnPolicy(1);
        TurnPolicy.Run a = new(), b = new();
        policy.Arrive(a, 0);
        policy.Arrive(b, 0);
        Assert.Same(b, policy.Yield(a));
        Assert.Same(a, policy.Yield(b));
        Assert.Same(b, policy.Yield(a));
    }

    [Fact]
    public void A_stream_of_new_runs_does_not_keep_a_demoted_one_for_ever()
    {
        var policy = new TurnPolicy(1);
        var demoted = new TurnPolicy.Run();
        policy.Arrive(demoted, 0);
        for (var i = 0; i < 100; i++) policy.Arrive(new(), 0);
        var next = policy.Yield(demoted);
        var turns = 1;
        for (; next != demoted; turns++) next = policy.Leave(next!);
        Assert.Equal(ExecutorLimits.FirstTurnsInARow + 1, turns);
    }

    [Fact]
    public void One_that_gives_up_waiting_frees_no_core()
    {
        var policy = new TurnPolicy(1);
        TurnPolicy.Run running = new(), waiting = new();
        policy.Arrive(running, 0);
        policy.Arrive(waiting, 0);
        Assert.Null(policy.Leave(waiting));
        Assert.False(policy.Arrive(new(), 0));
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(10, 20)]
    [InlineData(1_000, 100)]
    public void The_first_turn_is_as_long_as_arrivals_are_apart_on_each_core(int apart, int expected)
    {
        var policy = new TurnPolicy(2);
        Assert.Equal(ExecutorLimits.FirstTurn, policy.FirstTurn);
        for (var i = 0; i < 50; i++) policy.Arrive(new(), i * apart * Millisecond);
        Assert.Equal(TimeSpan.FromMilliseconds(expected), policy.FirstTurn);
    }
}
