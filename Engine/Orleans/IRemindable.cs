using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain that reminders wake.</summary>
    public interface IRemindable : IGrain
    {
        Task ReceiveReminder(string reminderName, TickStatus status);
    }
}

namespace Orleans.Runtime
{
    /// <summary>Handle of a registered reminder, good until the reminder is next changed.</summary>
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    /// <summary>When a reminder ticks. Times are UTC.</summary>
    public readonly struct TickStatus
    {
        public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
        {
            FirstTickTime = firstTickTime;
            Period = period;
            CurrentTickTime = timeStamp;
        }

        public DateTime CurrentTickTime { get; }

        public DateTime FirstTickTime { get; }

        public TimeSpan Period { get; }

        public override string ToString() => $"<{FirstTickTime:O}, {Period}, {CurrentTickTime:O}>";
    }

    /// <summary>A reminder could not be stored or changed.</summary>
    public sealed class ReminderException(string message) : OrleansException(message);
}
