using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x06: the session ends; where the time went.</summary>
    public sealed class SleepReport
    {
        /// <summary>Until the next wake.</summary>
        public uint SleepMillis;

        public int BatteryMillivolts;

        /// <summary>µs in each <see cref="PowerState"/>, in its order.</summary>
        public long[] StateMicros;

        public void Write(WireWriter writer)
        {
            writer.U32(SleepMillis);
            writer.U16(BatteryMillivolts);
            for (int i = 0; i < PowerState.Count; i++)
            {
                writer.Micros(StateMicros[i]);
            }
        }
    }

    /// <summary>What a device spends its time and charge on, in the order of the report.</summary>
    public static class PowerState
    {
        public const int Connect = 0;
        public const int Idle = 1;
        public const int Receive = 2;
        public const int Execute = 3;
        public const int Transmit = 4;
        public const int Sleep = 5;
        public const int Count = 6;
    }
}
