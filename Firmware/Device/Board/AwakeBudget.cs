using System;
using System.Threading;
using nanoFramework.Hardware.Esp32;

namespace Fog.Firmware.Device.Board
{
    /// <summary>The hard end of a wake, and its watchdog: whatever hangs, the board sleeps when it is over.</summary>
    internal sealed class AwakeBudget
    {
        /// <summary>Longer than an agent that works takes at most: a minute of silence, one of computing, and the report.</summary>
        private const int AwakeMillisMax = 180000;

        /// <summary>Sleep after a wake that did not end by itself.</summary>
        private const int PenaltyMillis = 300000;

        // Held, or the collector would take it.
        private readonly Timer timer;

        public AwakeBudget()
        {
            timer = new Timer(OnSpent, null, AwakeMillisMax, Timeout.Infinite);
        }

        /// <summary>Does not return.</summary>
        public void Sleep(uint millis)
        {
            timer.Change(Timeout.Infinite, Timeout.Infinite);
            DeepSleep(millis);
        }

        /// <summary>Sleep after a failure: long enough to spare the battery. Does not return.</summary>
        public void SleepOffFailure()
        {
            Sleep(PenaltyMillis);
        }

        private static void OnSpent(object state)
        {
            DeepSleep(PenaltyMillis);
        }

        private static void DeepSleep(uint millis)
        {
            nanoFramework.Hardware.Esp32.Sleep.EnableWakeupByTimer(new TimeSpan(millis * TimeSpan.TicksPerMillisecond));
            nanoFramework.Hardware.Esp32.Sleep.StartDeepSleep();
        }
    }
}
