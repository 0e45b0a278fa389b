using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic
{
    /// <content>When something is due, and what the time is spent on.</content>
    public sealed partial class Agent
    {
        private const long Never = long.MaxValue;

        private bool isAwaiting;
        private long awaitSinceMicros;
        private long awakeLimitMicros = FirmwareLimits.AwakeLimitMicros;
        private long timerMicros;

        private void SetTimer()
        {
            long due = Due();
            if (due == Never || due == timerMicros)
            {
                return;
            }

            timerMicros = due;
            DeviceAction action = new DeviceAction(DeviceActionKind.SetTimer);
            action.AtMicros = due;
            actions.Add(action);
        }

        private long Due()
        {
            long due = Never;
            switch (phase)
            {
                case Phase.Greeting:
                    due = retryMicros;
                    break;
                case Phase.Open:
                    due = WorkDue();
                    break;
                case Phase.Leaving:
                    due = leaveMicros;
                    break;
                default:
                    break;
            }

            if (isAwaiting)
            {
                due = Earlier(due, AwakeDeadline());
            }

            return due;
        }

        // Silence counts from the first unanswered question, and not while a function runs.
        private void NoteWaiting()
        {
            bool awaits = AwaitsAnswer();
            if (awaits && !isAwaiting)
            {
                awaitSinceMicros = now;
            }

            isAwaiting = awaits;
        }

        private bool AwaitsAnswer()
        {
            switch (phase)
            {
                case Phase.Connecting:
                case Phase.Greeting:
                    return run == null;
                case Phase.Open:
                    return run == null && (download != null || publishesInFlight > 0 || saved.Results.UnacceptedCount > 0);
                default:
                    return false;
            }
        }

        /// <summary>In an open session the report still has to get out before the limit.</summary>
        private long AwakeDeadline()
        {
            long limit = awakeLimitMicros;
            if (phase == Phase.Open)
            {
                limit -= limit / 10 < FirmwareLimits.LeaveMicros ? limit / 10 : FirmwareLimits.LeaveMicros;
            }

            return awaitSinceMicros + limit;
        }

        private long ListenUntil()
        {
            return wokeMicros + ((long)config.PeriodMillis * config.DutyPermille);
        }

        private long SiteTimeMillis()
        {
            return welcome.SiteTimeMillis + ((now - welcomeMicros) / 1000);
        }

        private int State()
        {
            if (isSliceOut)
            {
                return PowerState.Execute;
            }

            switch (phase)
            {
                case Phase.Asleep:
                    return PowerState.Sleep;
                case Phase.Connecting:
                    return PowerState.Connect;
                case Phase.Offline:
                    return PowerState.Idle;
                default:
                    break;
            }

            if (publishesInFlight > 0)
            {
                return PowerState.Transmit;
            }

            return phase == Phase.Greeting || download != null || batchLeft > 0 ? PowerState.Receive : PowerState.Idle;
        }

        private static long Earlier(long a, long b)
        {
            return a < b ? a : b;
        }
    }
}
