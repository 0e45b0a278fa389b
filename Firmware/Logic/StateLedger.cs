using System;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic
{
    /// <summary>Time spent in each <see cref="PowerState"/> since the last report that the broker acknowledged.</summary>
    /// <remarks>A device is in exactly one state at any time, so the intervals add up to the time that passed.</remarks>
    public sealed class StateLedger
    {
        private readonly long[] micros = new long[PowerState.Count];
        private int state = PowerState.Sleep;
        private long sinceMicros;

        /// <summary>By the device's clock, which goes on during deep sleep; one that started anew adds nothing.</summary>
        public void Enter(int next, long nowMicros)
        {
            if (nowMicros > sinceMicros)
            {
                micros[state] += nowMicros - sinceMicros;
            }

            sinceMicros = nowMicros;
            state = next;
        }

        /// <summary>The intervals so far.</summary>
        public long[] Snapshot()
        {
            long[] copy = new long[PowerState.Count];
            Array.Copy(micros, copy, PowerState.Count);
            return copy;
        }

        /// <summary>They were reported, and the report arrived.</summary>
        public void Deduct(long[] reported)
        {
            for (int i = 0; i < PowerState.Count; i++)
            {
                micros[i] -= reported[i];
            }
        }

        internal void Write(WireWriter writer)
        {
            writer.U64(sinceMicros);
            for (int i = 0; i < PowerState.Count; i++)
            {
                writer.U64(micros[i]);
            }
        }

        /// <summary>What was saved was followed by sleep, or by a crash, which draws no more.</summary>
        internal void Read(WireReader reader)
        {
            sinceMicros = reader.U64();
            for (int i = 0; i < PowerState.Count; i++)
            {
                micros[i] = reader.U64();
            }
        }

        /// <summary>Nothing is known of the time before.</summary>
        internal void Begin(long nowMicros)
        {
            sinceMicros = nowMicros;
        }
    }
}
