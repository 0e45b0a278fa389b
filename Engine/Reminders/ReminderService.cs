using System.Collections.Concurrent;
using System.Text.Json;
using Fog.Engine.Runtime;
using Fog.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Reminders;

/// <summary>Keeps the durable reminders and calls their grains when they are due.</summary>
internal sealed class ReminderService(FogEngine engine)
{
    private readonly ConcurrentDictionary<RecordKey, ReminderClock> _clocks = new();
    private volatile bool _stopped;

    /// <summary>Takes up the stored reminders.</summary>
    internal void Start()
    {
        foreach (var (key, record) in engine.Store.ReadAll(RecordKind.Reminder))
        {
            Run(Reminder.Read(key, record));
        }
    }

    internal void Stop()
    {
        _stopped = true;
        foreach (var clock in _clocks.Values)
        {
            clock.Dispose();
        }

        _clocks.Clear();
    }

    internal async Task<IGrainReminder> RegisterOrUpdate(Activation grain, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, engine.Options.MinimumReminderPeriod);
        if (grain.GrainInstance is not IRemindable)
        {
            throw new InvalidOperationException($"{grain} must implement IRemindable to have reminders.");
        }

        var key = KeyOf(grain, name);
        var schedule = new ReminderSchedule(engine.Time.GetUtcNow().UtcDateTime + dueTime, period);
        var write = new RecordWrite(key, engine.Store.Read(key)?.Version, JsonSerializer.SerializeToUtf8Bytes(schedule, StateJson.Options));
        await engine.Commits.Write(write);
        ThrowIfConflict(write);
        var reminder = new Reminder(key, write.Version!.Value, schedule);
        Run(reminder);
        return reminder;
    }

    internal async Task Unregister(Activation grain, IGrainReminder reminder)
    {
        if (reminder is not Reminder known || known.Key.Grain != grain.GrainId.ToString())
        {
            throw new ArgumentException("Not a reminder of this grain.", nameof(reminder));
        }

        var write = new RecordWrite(known.Key, known.Version, null);
        await engine.Commits.Write(write);
        ThrowIfConflict(write);
        if (_clocks.TryRemove(known.Key, out var clock))
        {
            clock.Dispose();
        }
    }

    internal Task<IGrainReminder?> Get(Activation grain, string name)
    {
        var key = KeyOf(grain, name);
        return Task.FromResult<IGrainReminder?>(engine.Store.Read(key) is { } record ? Reminder.Read(key, record) : null);
    }

    internal Task<List<IGrainReminder>> GetAll(Activation grain)
    {
        var id = grain.GrainId.ToString();
        return Task.FromResult(engine.Store.ReadAll(RecordKind.Reminder)
            .Where(entry => entry.Key.Grain == id)
            .Select(static entry => (IGrainReminder)Reminder.Read(entry.Key, entry.Value))
            .ToList());
    }

    private static RecordKey KeyOf(Activation grain, string name) => new(RecordKind.Reminder, grain.GrainId.ToString(), name);

    private static void ThrowIfConflict(RecordWrite write)
    {
        if (write.IsConflict)
        {
            throw new ReminderException($"Reminder '{write.Key.Name}' of {write.Key.Grain} was changed meanwhile.");
        }
    }

    private void Run(Reminder reminder)
    {
        var separator = reminder.Key.Grain.IndexOf('/');
        var grainClass = engine.ClassOf(GrainType.Create(reminder.Key.Grain[..separator]));
        if (grainClass is null)
        {
            // Kept: an engine with that class will have it again.
            engine.Logger.LogWarning("Reminder '{Name}' of {Grain} rests: no grain class of that type is known.", reminder.Key.Name, reminder.Key.Grain);
            return;
        }

        var clock = new ReminderClock(engine, reminder, grainClass.OriginOf(reminder.Key.Grain[(separator + 1)..]));
        _clocks.AddOrUpdate(reminder.Key, clock, (_, old) =>
        {
            old.Dispose();
            return clock;
        });
        clock.Start();
        if (_stopped)
        {
            clock.Dispose();
        }
    }
}
