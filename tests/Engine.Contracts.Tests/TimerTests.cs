namespace Fog.Engine.Contracts.Tests;

public interface ITimerGrain : IGrainWithStringKey
{
    Task StartTimer(TimeSpan due, TimeSpan period, bool interleave, bool fails);

    Task ChangeTimer(TimeSpan due, TimeSpan period);

    Task<int> StopTimer();

    Task Hold(string place);

    Task End();
}

/// <summary>Its ticks tell "tick 1", "tick 2" and so on, and pass at "in tick N" when the test has asked for it.</summary>
public sealed class TimerGrain(Gate gate) : Grain, ITimerGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public Task StartTimer(TimeSpan due, TimeSpan period, bool interleave, bool fails)
    {
        _timer = this.RegisterGrainTimer(
            static (state, cancellation) => state.Self.Tick(state.Fails, cancellation),
            (Self: this, Fails: fails),
            new GrainTimerCreationOptions(due, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task ChangeTimer(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task<int> StopTimer()
    {
        _timer!.Dispose();
        return Task.FromResult(_ticks);
    }

    public Task Hold(string place) => gate.Pass(place);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gate.Tell("ended");
        return Task.CompletedTask;
    }

    private Task Tick(bool fails, CancellationToken cancellation)
    {
        _ticks++;
        cancellation.Register(() => gate.Tell("tick cancelled"));
        gate.Tell($"tick {_ticks}");
        return fails ? throw new TooHotException("A tick.", 95) : Task.CompletedTask;
    }
}

public sealed class TimerTests : ContractTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);

    private ITimerGrain Timers => Grain<ITimerGrain>();

    [Fact]
    public async Task A_timer_ticks_every_period_until_it_is_disposed()
    {
        await Timers.StartTimer(s_soon, s_soon, interleave: false, fails: false);
        await Gate.Reached("tick 3");
        int ticks = await Timers.StopTimer();
        await Timers.StartTimer(TimeSpan.Zero, Timeout.InfiniteTimeSpan, interleave: false, fails: false);
        await Gate.Reached($"tick {ticks + 1}");
        Assert.False(Gate.WasReached($"tick {ticks + 2}"));
    }

    [Fact]
    public async Task A_failing_tick_does_not_stop_the_timer()
    {
        await Timers.StartTimer(s_soon, s_soon, interleave: false, fails: true);
        await Gate.Reached("tick 3");
    }

    [Fact]
    public async Task A_tick_waits_for_its_turn()
    {
        await Timers.StartTimer(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan, interleave: false, fails: false);
        var held = Timers.Hold("held");
        await Gate.Reached("held");
        var change = Timers.ChangeTimer(TimeSpan.Zero, Timeout.InfiniteTimeSpan); // Waits behind the held call, and so does the tick.
        Gate.Open("held");
        await Gate.Come(Task.WhenAll(held, change), "the calls");
        await Gate.Reached("tick 1");
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        await Timers.StartTimer(s_soon, s_soon, interleave: true, fails: false);
        var held = Timers.Hold("held");
        await Gate.Reached("held");
        await Gate.Reached("tick 5");
        Assert.False(held.IsCompleted);
        Gate.Open("held");
        await Gate.Come(held, "the held call");
    }

    [Fact]
    public async Task Timers_stop_with_their_activation_and_their_ticks_are_cancelled()
    {
        await Timers.StartTimer(s_soon, Timeout.InfiniteTimeSpan, interleave: false, fails: false);
        await Gate.Reached("tick 1");
        await Timers.End();
        await Gate.Reached("ended");
        await Gate.Reached("tick cancelled");
    }

    [Fact]
    public async Task A_changed_timer_ticks_by_its_new_times()
    {
        await Timers.StartTimer(TimeSpan.FromHours(1), TimeSpan.FromHours(1), interleave: false, fails: false);
        await Timers.ChangeTimer(s_soon, s_soon);
        await Gate.Reached("tick 3");
    }

    [Fact]
    public async Task Times_that_are_none_are_refused()
        => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Timers.StartTimer(TimeSpan.FromSeconds(-3), TimeSpan.FromSeconds(1), interleave: false, fails: false));
}
