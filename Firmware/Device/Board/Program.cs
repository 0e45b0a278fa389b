using System;
using System.IO;
using System.Reflection;
using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Loader.Slots;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;
using GC = nanoFramework.Runtime.Native.GC;

namespace Fog.Firmware.Device.Board
{
    /// <summary>One wake of an ESP32: who it is, which slot boots, what the agent does, deep sleep.</summary>
    public static class Program
    {
        private const string ProvisionPath = "I:\\provision.txt";

        /// <summary>The firmware that a board is made with; it goes into the first slot, once.</summary>
        private const string FactoryPath = "I:\\agent.pe";

        // As hello says it.
        private const int PowerOn = 0;
        private const int TimerWake = 1;
        private const int Crash = 2;

        /// <summary>Of the managed heap that the agent leaves: MQTT's threads and buffers, and messages under way. Estimated.</summary>
        private const int WorkingHeapBytes = 16 * 1024;

        public static void Main()
        {
            AwakeBudget budget = new AwakeBudget();
            uint sleepMillis;
            try
            {
                sleepMillis = Wake();
            }
            catch (Exception e)
            {
                // The end of the program: what is not named here is lost, and a board that stays awake empties its battery.
                Console.WriteLine("failed: " + e.GetType().FullName + ": " + e.Message);
                budget.SleepOffFailure();
                return;
            }

            budget.Sleep(sleepMillis);
        }

        private static uint Wake()
        {
            LittleFlash flash = new LittleFlash();
            WakeRecord record = new WakeRecord(flash);
            int cause = CauseOf(record);
            RuntimeEvents.Begin(cause);
            BoardClock clock = new BoardClock(record.ClockMicros);
            record.Begin(clock.NowMicros);

            Provision provision = Provision.Parse(File.ReadAllBytes(ProvisionPath));
            Slots slots = Boot(flash, provision, cause != TimerWake);
            MethodInfo entry = AgentEntry.Load(slots.RunningImage());
            if (entry == null)
            {
                throw new InvalidOperationException("the slot that boots holds no agent");
            }

            int freeBytes = (int)GC.Run(true) - WorkingHeapBytes;
            Esp32Platform platform = new Esp32Platform(provision, flash, slots, record, clock, cause, freeBytes < 0 ? 0 : freeBytes);
            uint sleepMillis = AgentEntry.Run(entry, platform);
            record.End(clock.NowMicros + (sleepMillis * 1000L));
            return sleepMillis;
        }

        private static Slots Boot(LittleFlash flash, Provision provision, bool isCold)
        {
            Slots slots = new Slots(flash, provision.TrustOf(BoardName()));
            bool isMade = File.Exists(FactoryPath);
            if (isMade)
            {
                slots.Provision(provision.FirmwareVersion, File.ReadAllBytes(FactoryPath));
            }

            if (slots.Boot(isCold) == Slots.None)
            {
                throw new InvalidOperationException("no slot holds firmware that is intact, and there is no agent.pe of 32 KB at most");
            }

            if (isMade)
            {
                File.Delete(FactoryPath);
            }

            return slots;
        }

        /// <summary>As releases name it.</summary>
        private static string BoardName()
        {
            return SystemInfo.TargetName.IndexOf("ESP32_S3") >= 0 ? "esp32-s3" : "esp32";
        }

        private static int CauseOf(WakeRecord record)
        {
            if (record.EndedOtherwise)
            {
                return Crash;
            }

            return Sleep.GetWakeupCause() == Sleep.WakeupCause.Timer ? TimerWake : PowerOn;
        }
    }
}
