using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Boards
{
    /// <summary>What a board without RTC memory knows over deep sleep, in flash: the agent's state, its clock, and how the wake before ended.</summary>
    public sealed class WakeRecord
    {
        private const string Name = "w";
        private const int HeaderBytes = 9;

        private readonly TwinRecord stored;

        public WakeRecord(IFlash flash)
        {
            stored = new TwinRecord(flash, Name);
            if (stored.Content == null || stored.Content.Length < HeaderBytes)
            {
                return;
            }

            WireReader reader = new WireReader(stored.Content, 0, stored.Content.Length);
            EndedOtherwise = reader.U8() != 0;
            ClockMicros = reader.U64();
            byte[] state = reader.Raw(stored.Content.Length - HeaderBytes);
            State = state.Length == 0 ? null : state;
        }

        /// <summary>The wake before began and did not end by itself: a crash, a watchdog, a loss of power.</summary>
        public bool EndedOtherwise { get; }

        /// <summary>What the board's clock was at last, sleep included; 0: never set.</summary>
        public long ClockMicros { get; }

        /// <summary>Null: there is none.</summary>
        public byte[] State { get; private set; }

        /// <summary>Another one after every write, in the board's life: what makes a nonce new where the clock is not.</summary>
        public uint Writes
        {
            get { return stored.Sequence; }
        }

        /// <summary>The board is awake.</summary>
        public void Begin(long nowMicros)
        {
            Write(true, nowMicros);
        }

        /// <summary>Keeps the agent's state, as of now.</summary>
        public void Keep(byte[] state, long nowMicros)
        {
            State = state;
            Write(true, nowMicros);
        }

        /// <summary>The wake ended by itself; the board is awake again at that time, by its own clock.</summary>
        public void End(long wakeMicros)
        {
            Write(false, wakeMicros);
        }

        // Without room the record before stays, which is older and whole: that wake's work is done again.
        private void Write(bool isAwake, long clockMicros)
        {
            WireWriter writer = new WireWriter(256);
            writer.U8(isAwake ? 1 : 0);
            writer.U64(clockMicros);
            if (State != null)
            {
                writer.Raw(State);
            }

            stored.Save(writer.ToArray());
        }
    }
}
