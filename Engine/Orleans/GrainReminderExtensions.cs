using Fog.Engine.Runtime;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Durable reminders of a grain: they survive restarts and activate their grain.</summary>
public static class GrainReminderExtensions
{
    /// <param name="grain">A grain that implements <see cref="IRemindable"/>.</param>
    /// <param name="reminderName">Unique within the grain; registering it again replaces it.</param>
    /// <param name="dueTime">Until the first tick, zero or more.</param>
    /// <param name="period">At least the engine's minimum, one minute by default.</param>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period)
        => Activation.Of(grain).Reminders.RegisterOrUpdate(Activation.Of(grain), reminderName, dueTime, period);

    /// <exception cref="ReminderException">The reminder was changed since the handle was got.</exception>
    public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder)
        => Activation.Of(grain).Reminders.Unregister(Activation.Of(grain), reminder);

    /// <returns>Null when there is none of that name.</returns>
    public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName)
        => Activation.Of(grain).Reminders.Get(Activation.Of(grain), reminderName);

    public static Task<List<IGrainReminder>> GetReminders(this Grain grain)
        => Activation.Of(grain).Reminders.GetAll(Activation.Of(grain));
}
