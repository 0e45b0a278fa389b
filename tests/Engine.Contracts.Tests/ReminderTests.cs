namespace Fog.Engine.Contracts.Tests;

public interface IReminderGrain : IGrainWithStringKey
{
    Task Remind(string name, TimeSpan due, TimeSpan period);

    Task<bool> Forget(string name);

    Task<int> Count();
}

public sealed class ReminderGrain(Gate gate) : Grain, IReminderGrain, IRemindable
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

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        gate.Tell($"{reminderName} every {status.Period}");
        return Task.CompletedTask;
    }
}

/// <summary>Reminders come at most every minute, so that what is due later is tested with virtual time, on the embedded engine only.</summary>
public sealed class ReminderTests : ContractTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private IReminderGrain Reminders => Grain<IReminderGrain>("site/a");

    [Fact]
    public async Task A_reminder_comes_when_it_is_due()
    {
        await Reminders.Remind("r", TimeSpan.FromSeconds(1), 2 * s_minute);
        await Gate.Reached($"r every {2 * s_minute}");
    }

    [Fact]
    public async Task Registering_again_replaces_and_unregistering_removes()
    {
        await Reminders.Remind("r", s_minute, s_minute);
        await Reminders.Remind("r", s_minute, 2 * s_minute);
        await Reminders.Remind("other", s_minute, s_minute);
        Assert.Equal(2, await Reminders.Count());
        Assert.True(await Reminders.Forget("r"));
        Assert.False(await Reminders.Forget("r"));
        Assert.Equal(1, await Reminders.Count());
        Assert.Equal(0, await Grain<IReminderGrain>("site/b").Count());
    }

    [Fact]
    public async Task Reminders_survive_a_restart()
    {
        await Reminders.Remind("kept", s_minute, s_minute);
        await Reminders.Remind("gone", s_minute, s_minute);
        Assert.True(await Reminders.Forget("gone"));
        await Restart();
        Assert.Equal(1, await Reminders.Count());
        Assert.True(await Reminders.Forget("kept"));
    }

    [Fact]
    public async Task Periods_under_a_minute_are_refused()
        => await Assert.ThrowsAnyAsync<ArgumentException>(() => Reminders.Remind("r", TimeSpan.Zero, TimeSpan.FromSeconds(59)));
}
