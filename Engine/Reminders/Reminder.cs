using System.Text.Json;
using Fog.Engine.Storage;

namespace Fog.Engine.Reminders;

/// <summary>A reminder as stored, and as the handle a grain holds.</summary>
internal sealed record Reminder(RecordKey Key, long Version, ReminderSchedule Schedule) : IGrainReminder
{
    public string ReminderName => Key.Name;

    /// <exception cref="UnreadableStateException">The record is no reminder.</exception>
    internal static Reminder Read(RecordKey key, StoredRecord record)
    {
        var body = record.Json($"Reminder '{key.Name}' of {key.Grain}");
        try
        {
            return new Reminder(key, record.Version, JsonSerializer.Deserialize<ReminderSchedule>(body, StateJson.Options)!);
        }
        catch (JsonException e)
        {
            throw new UnreadableStateException($"Reminder '{key.Name}' of {key.Grain} cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>Stored as it is; a later shape is a <see cref="RecordFormat"/> of its own.</summary>
/// <param name="FirstTick">UTC.</param>
internal sealed record ReminderSchedule(DateTime FirstTick, TimeSpan Period)
{
    /// <summary>The first tick at or after <paramref name="now"/>. Ticks missed while the engine was down are not made up for.</summary>
    internal DateTime FirstTickFrom(DateTime now) => now <= FirstTick ? FirstTick : TickAfter(now);

    internal DateTime TickAfter(DateTime now)
        => now < FirstTick ? FirstTick : now + Period - TimeSpan.FromTicks((now - FirstTick).Ticks % Period.Ticks);
}
