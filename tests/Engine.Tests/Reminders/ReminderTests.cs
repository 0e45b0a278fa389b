using Fog.Engine.Hosting;
using Fog.Engine.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Engine.Tests.Reminders;

public interface IReminderGrain : IGrainWithStringKey
{
    Task Remind(string name, TimeSpan due, TimeSpan period);

    Task<bool> Forget(string name);

    Task<int> Count();

    Task<bool> ForgetTwice(string name);
}

public sealed class ReminderGrain(Gate gate, TimeProvider clock) : Grain, IReminderGrain, IRemindable
{
    public Task Remind(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<bool> Forget(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<int> Count() => (await this.GetReminders()).Count;

    public async Task<bool> ForgetTwice(string name)
    {
        var reminder = await this.GetReminder(name);
        await this.UnregisterReminder(reminder!);
        await Assert.ThrowsAsync<ReminderException>(() => this.UnregisterReminder(reminder!));
        return true;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        gate.Log.Enqueue($"{reminderName} {clock.GetUtcNow():HH:mm}");
        Assert.Equal(clock.GetUtcNow().UtcDateTime, status.CurrentTickTime);
        return reminderName switch
        {
            "fails" => throw new TooHotException("A reminder.", 96),
            "holds" => gate.Pass("holds"),
            _ => Task.CompletedTask,
        };
    }
}

public interface INotRemindableGrain : IGrainWithStringKey
{
    Task Remind();
}

public sealed class NotRemindableGrain : Grain, INotRemindableGrain
{
    public Task Remind() => this.RegisterOrUpdateReminder("never", TimeSpan.Zero, TimeSpan.FromMinutes(1));
}

public sealed class ReminderTests : IDisposable
{
    private readonly Gate _gate = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-reminders-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private Task<EngineHost> Start(bool file = false) => EngineHost.StartAsync(
        options =>
        {
            options.AddGrain<ReminderGrain>().AddGrain<NotRemindableGrain>();
            options.DataFile = file ? Path.Combine(_folder, "fog.db") : null;
        },
        services => services.AddSingleton(_gate));

    private static IReminderGrain Grain(EngineHost host) => host.GrainFactory.GetGrain<IReminderGrain>("site/a");

    [Fact]
    public async Task A_reminder_ticks_when_due_and_every_period_after()
    {
        await using var host = await Start();
        await Grain(host).Remind("r", Minutes(2), Minutes(5));
        await host.AdvanceAsync(Minutes(13));
        Assert.Equal(["r 00:02", "r 00:07", "r 00:12"], _gate.Log);
    }

    [Fact]
    public async Task A_reminder_due_at_once_ticks_at_once()
    {
        await using var host = await Start();
        await Grain(host).Remind("r", TimeSpan.Zero, Minutes(5));
        await host.AdvanceAsync(Minutes(6));
        Assert.Equal(["r 00:00", "r 00:05"], _gate.Log);
    }

    [Fact]
    public async Task A_reminder_activates_its_grain()
    {
        await using var host = await Start();
        await Grain(host).Remind("r", Minutes(60), Minutes(60));
        await host.AdvanceAsync(Minutes(59));
        Assert.Empty(host.Census.Live);
        await host.AdvanceAsync(Minutes(2));
        Assert.Equal([GrainId.Create("reminder", "site/a")], host.Census.Live);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Reminders_survive_restarts_and_crashes(bool file, bool crash)
    {
        await using var host = await Start(file);
        await Grain(host).Remind("r", Minutes(2), Minutes(5));
        await Grain(host).Remind("gone", Minutes(2), Minutes(5));
        Assert.True(await Grain(host).Forget("gone"));
        await (crash ? host.CrashAsync() : host.RestartAsync());
        Assert.Equal(1, await Grain(host).Count());
        await host.AdvanceAsync(Minutes(8));
        Assert.Equal(["r 00:02", "r 00:07"], _gate.Log);
    }

    [Fact]
    public async Task Ticks_missed_while_the_engine_was_down_are_not_made_up_for()
    {
        await using var host = await Start();
        await Grain(host).Remind("r", Minutes(2), Minutes(5));
        await host.RestartAsync(() => host.Clock.Advance(Minutes(20)));
        await host.AdvanceAsync(Minutes(8));
        Assert.Equal(["r 00:22", "r 00:27"], _gate.Log);
    }

    [Fact]
    public async Task Registering_again_replaces_and_unregistering_stops()
    {
        await using var host = await Start();
        await Grain(host).Remind("r", Minutes(2), Minutes(5));
        await Grain(host).Remind("r", Minutes(3), Minutes(10));
        Assert.Equal(1, await Grain(host).Count());
        await host.AdvanceAsync(Minutes(14));
        Assert.Equal(["r 00:03", "r 00:13"], _gate.Log);
        Assert.True(await Grain(host).Forget("r"));
        Assert.False(await Grain(host).Forget("r"));
        await host.AdvanceAsync(Minutes(30));
        Assert.Equal(2, _gate.Log.Count);
    }

    [Fact]
    public async Task A_stale_handle_is_refused()
    {
        await using var host = await Start();
        await Grain(host).Remind("r", Minutes(2), Minutes(5));
        Assert.True(await Grain(host).ForgetTwice("r").Come("the refusal"));
    }

    [Fact]
    public async Task A_failing_tick_does_not_stop_the_reminder()
    {
        await using var host = await Start();
        await Grain(host).Remind("fails", Minutes(1), Minutes(1));
        await host.AdvanceAsync(Minutes(2));
        Assert.Equal(["fails 00:01", "fails 00:02"], _gate.Log);
    }

    [Fact]
    public async Task Ticks_never_overlap()
    {
        await using var host = await Start();
        await Grain(host).Remind("holds", Minutes(1), Minutes(2));
        await host.AdvanceAsync(Minutes(6));
        Assert.Equal(["holds 00:01"], _gate.Log);
        _gate.Open("holds");
        await host.AdvanceAsync(Minutes(2));
        Assert.Equal(["holds 00:01", "holds 00:07"], _gate.Log);
    }

    [Fact]
    public async Task Periods_under_a_minute_and_grains_that_cannot_be_reminded_are_refused()
    {
        await using var host = await Start();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Grain(host).Remind("r", TimeSpan.Zero, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Grain(host).Remind("r", TimeSpan.FromSeconds(-1), Minutes(1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.GrainFactory.GetGrain<INotRemindableGrain>("a").Remind());
    }
}
