using Orleans;

namespace Fog.Engine.Tests.Storage.Kill;

public sealed record Counter
{
    public int Total { get; init; }
}

public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Adds one; on return, the state and a reminder named for the new total are durable.</summary>
    Task<int> Add();

    Task<CounterReading> Read();
}

/// <param name="Reminded">Largest total that has a reminder.</param>
[GenerateSerializer, Immutable]
public sealed record CounterReading(int Total, int Reminded);

/// <summary>An effect in each of the store's kinds of record.</summary>
public sealed class CounterGrain([PersistentState("counter")] IPersistentState<Counter> state) : Grain, ICounterGrain, IRemindable
{
    public async Task<int> Add()
    {
        state.State = new Counter { Total = state.State.Total + 1 };
        await state.WriteStateAsync();
        await this.RegisterOrUpdateReminder($"{state.State.Total}", TimeSpan.FromDays(300), TimeSpan.FromDays(300));
        if (await this.GetReminder($"{state.State.Total - 2}") is { } old)
        {
            await this.UnregisterReminder(old);
        }

        return state.State.Total;
    }

    public async Task<CounterReading> Read()
    {
        var reminders = await this.GetReminders();
        return new(state.State.Total, reminders.Select(static r => int.Parse(r.ReminderName, System.Globalization.CultureInfo.InvariantCulture)).DefaultIfEmpty().Max());
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
