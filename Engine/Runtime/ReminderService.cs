using Orleans.Runtime;

namespace Fog.Engine.Runtime;

/// <summary>Keeps the durable reminders and calls their grains.</summary>
internal abstract class ReminderService
{
    internal abstract Task<IGrainReminder> RegisterOrUpdate(Activation grain, string name, TimeSpan dueTime, TimeSpan period);

    internal abstract Task Unregister(Activation grain, IGrainReminder reminder);

    internal abstract Task<IGrainReminder?> Get(Activation grain, string name);

    internal abstract Task<List<IGrainReminder>> GetAll(Activation grain);
}
