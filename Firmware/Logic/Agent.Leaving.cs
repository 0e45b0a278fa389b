using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic
{
    /// <content>The end of a session, and of a wake.</content>
    public sealed partial class Agent
    {
        private int sleepPublishId;
        private long leaveMicros;
        private bool sleepIsAcknowledged;
        private long[] reported;

        /// <summary>No access point, no broker or no answer: the sleep after this wake is longer.</summary>
        private void GiveUp()
        {
            if (!failed)
            {
                failed = true;
                saved.Failures = saved.Failures < 255 ? saved.Failures + 1 : 255;
            }

            EndSession();
            phase = Phase.Offline;
        }

        private void EndSession()
        {
            session = null;
            offer = null;
            lines.Clear();
            batchLeft = 0;
            servings.Clear();
            servedMicros = now;
            saved.Results.ForgetSent();
            LeaveDownload();
        }

        /// <summary>Reports where the time went; the broker's acknowledgement, or <paramref name="byMicros"/>, ends the wake.</summary>
        private void Leave(long byMicros)
        {
            if (drops.Total() > 0)
            {
                LogLine line = new LogLine();
                line.Level = LogLine.Warning;
                line.Text = drops.Describe();
                SendLine(line);
            }

            if (IsUpdateWanted())
            {
                SendUpdateStatus();
            }

            saved.Ledger.Enter(State(), now);
            reported = saved.Ledger.Snapshot();
            SleepReport report = new SleepReport();
            report.SleepMillis = sleepMillis;
            report.BatteryMillivolts = batteryMillivolts;
            report.StateMicros = reported;
            WireWriter writer = session.Begin(MessageType.Sleep, 54);
            report.Write(writer);
            sleepPublishId = Publish(session.Seal(writer));
            LeaveDownload();
            phase = Phase.Leaving;
            leaveMicros = byMicros;
        }

        private void FallAsleep()
        {
            if (sleepIsAcknowledged)
            {
                saved.Ledger.Deduct(reported);
                slots.Confirm();
            }

            uint millis = failed ? (uint)config.PeriodMillis : sleepMillis;
            if (failed)
            {
                millis += BackOff.Spread(BackOff.ExtraMillis(millis, saved.Failures), entropy);
            }

            saved.WakeDueMillis = welcome != null && !failed ? SiteTimeMillis() + millis : 0;
            phase = Phase.Asleep;
            saved.Ledger.Enter(PowerState.Sleep, now);
            Persist();
            DeviceAction sleep = new DeviceAction(DeviceActionKind.Sleep);
            sleep.SleepMillis = millis;
            actions.Add(sleep);
        }
    }
}
