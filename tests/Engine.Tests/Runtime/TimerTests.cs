using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Engine.Tests.Runtime;

public interface ITimerGrain : IGrainWithStringKey
{
    Task StartTimer(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive, string? place = null);

    Task ChangeTimer(TimeSpan due, TimeSpan period);

    Task StopTimer();

    Task Hold(string place);

    Task End();
}

public sealed class TimerGrain(Gate gate, TimeProvider clock) : Grain, ITimerGrain
{
    private IGrainTimer? _timer;

    public Task StartTimer(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive, string? place)
    {
        _timer = this.RegisterGrainTimer(
            async (place, cancellation) =>
            {
                gate.Log.Enqueue($"tick {clock.GetUtcNow():mm:ss}");
                cancellation.Register(() => gate.Log.Enqueue("tick cancelled"));
                if (place == "fails")
                {
                    throw new TooHotException("A tick.", 95);
                }

                if (place is not null)
                {
                    await gate.Pass(place).WaitAsync(cancellation);
                }
            },
            place,
            new GrainTimerCreationOptions(due, period) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task ChangeTimer(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Hold(string place) => gate.Pass(place);

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public sealed class TimerTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<TimerGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private ITimerGrain Grain => _host.GrainFactory.GetGrain<ITimerGrain>("a");

    private IEnumerable<string> Ticks => _gate.Log.Where(static line => line.StartsWith("tick ", StringComparison.Ordinal) && line != "tick cancelled");

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public async Task A_timer_ticks_at_its_due_time_and_every_period_after()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: false, keepAlive: false);
        await _host.AdvanceAsync(Seconds(30));
        Assert.Equal(["tick 00:05", "tick 00:15", "tick 00:25"], Ticks);
    }

    [Fact]
    public async Task A_timer_without_period_ticks_once()
    {
        await Grain.StartTimer(TimeSpan.Zero, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        await _host.AdvanceAsync(Seconds(60));
        Assert.Equal(["tick 00:00"], Ticks);
    }

    [Fact]
    public async Task The_period_runs_from_the_end_of_a_tick()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: false, keepAlive: false, place: "in tick");
        await _host.AdvanceAsync(Seconds(12));
        _gate.Open("in tick");
        await _host.AdvanceAsync(Seconds(11));
        Assert.Equal(["tick 00:05", "tick 00:22"], Ticks);
    }

    [Fact]
    public async Task A_tick_waits_for_its_turn()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: false, keepAlive: false);
        var call = Grain.Hold("held");
        await _gate.Reached("held");
        await _host.AdvanceAsync(Seconds(20));
        Assert.Empty(Ticks);
        _gate.Open("held");
        await call.Come("the call");
        await _host.SettleAsync();
        Assert.Equal(["tick 00:20"], Ticks);
    }

    [Fact]
    public async Task An_interleaving_tick_does_not_wait()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: true, keepAlive: false);
        var call = Grain.Hold("held");
        await _gate.Reached("held");
        await _host.AdvanceAsync(Seconds(20));
        Assert.Equal(["tick 00:05", "tick 00:15"], Ticks);
        _gate.Open("held");
        await call.Come("the call");
    }

    [Fact]
    public async Task Calls_wait_for_a_tick_that_does_not_interleave()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: false, keepAlive: false, place: "in tick");
        await _host.AdvanceAsync(Seconds(5));
        await _gate.Reached("in tick");
        var call = Grain.Hold("held");
        await _host.SettleAsync();
        Assert.False(_gate.WasReached("held"));
        _gate.Open("in tick");
        _gate.Open("held");
        await call.Come("the call");
    }

    [Fact]
    public async Task Timers_stop_with_their_activation()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: true, keepAlive: true, place: "in tick");
        await _host.AdvanceAsync(Seconds(5));
        await _gate.Reached("in tick");
        await Grain.End();
        await _host.SettleAsync();
        Assert.Empty(_host.Census.Live);
        Assert.Equal("tick cancelled", _gate.Log.Last());
        await _host.AdvanceAsync(Seconds(60));
        Assert.Single(Ticks);
        Assert.Empty(_host.Census.Live);
    }

    [Fact]
    public async Task A_keep_alive_timer_keeps_its_grain_from_collection()
    {
        await Grain.StartTimer(Seconds(60), Seconds(60), interleave: false, keepAlive: true);
        await _host.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Single(_host.Census.Live);
        await Grain.StopTimer();
        await _host.AdvanceAsync(TimeSpan.FromMinutes(17));
        Assert.Empty(_host.Census.Live);
    }

    [Fact]
    public async Task Any_other_timer_does_not()
    {
        await Grain.StartTimer(Seconds(60), Seconds(60), interleave: false, keepAlive: false);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(17));
        Assert.Empty(_host.Census.Live);
        Assert.InRange(Ticks.Count(), 14, 17);
    }

    [Fact]
    public async Task A_failing_tick_does_not_stop_the_timer()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: false, keepAlive: false, place: "fails");
        await _host.AdvanceAsync(Seconds(20));
        Assert.Equal(["tick 00:05", "tick 00:15"], Ticks);
    }

    [Fact]
    public async Task A_changed_timer_ticks_by_its_new_times_and_a_disposed_one_not_at_all()
    {
        await Grain.StartTimer(Seconds(5), Seconds(10), interleave: false, keepAlive: false);
        await Grain.ChangeTimer(Seconds(7), Seconds(3));
        await _host.AdvanceAsync(Seconds(11));
        Assert.Equal(["tick 00:07", "tick 00:10"], Ticks);
        await Grain.StopTimer();
        await _host.AdvanceAsync(Seconds(30));
        Assert.Equal(2, Ticks.Count());
    }

    [Fact]
    public async Task A_timer_changed_between_firing_and_ticking_ticks_once_for_both()
    {
        await Grain.StartTimer(Seconds(5), Seconds(100), interleave: false, keepAlive: false);
        var call = Grain.Hold("held");
        await _gate.Reached("held");
        var change = Grain.ChangeTimer(Seconds(2), Seconds(50));
        await _host.AdvanceAsync(Seconds(6)); // Fires, and waits behind the change.
        _gate.Open("held");
        await Task.WhenAll(call, change).Come("the calls");
        await _host.AdvanceAsync(Seconds(3));
        Assert.Equal(["tick 00:06", "tick 00:08"], Ticks);
    }
}
