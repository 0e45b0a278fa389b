using Fog.Engine.Hosting;

namespace Fog.Engine.Tests.Hosting;

public sealed class ManualClockTests
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _fired = [];

    private ITimer Timer(string name, double due, double period = -0.001)
        => _clock.CreateTimer(_ => _fired.Add($"{name} {(_clock.GetUtcNow() - new ManualClock().GetUtcNow()).TotalSeconds}"), null, TimeSpan.FromSeconds(due), TimeSpan.FromSeconds(period));

    [Fact]
    public void Timers_fire_in_order_each_at_its_own_time()
    {
        Timer("late", 3);
        Timer("twice", 1, 2);
        Timer("same", 3);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(["twice 1", "late 3", "same 3", "twice 3"], _fired);
    }

    [Fact]
    public void A_timer_armed_while_time_advances_fires_if_it_falls_due()
    {
        _clock.CreateTimer(_ => Timer("armed", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["armed 2"], _fired);
    }

    [Fact]
    public void Changed_and_disposed_timers_forget_their_old_times()
    {
        var changed = Timer("changed", 1);
        Timer("disposed", 1).Dispose();
        changed.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_fired);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["changed 5"], _fired);
        Assert.Null(_clock.NextDue);
    }

    [Fact]
    public async Task Delays_and_timestamps_follow_it()
    {
        var started = _clock.GetTimestamp();
        var delay = Task.Delay(TimeSpan.FromSeconds(10), _clock);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await delay;
        Assert.Equal(TimeSpan.FromSeconds(10), _clock.GetElapsedTime(started));
    }
}
