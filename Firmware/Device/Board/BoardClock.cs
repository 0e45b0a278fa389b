using nanoFramework.Hardware.Esp32;

namespace Fog.Firmware.Device.Board
{
    /// <summary>A clock that goes on over deep sleep, by what was slept as ordered: what it is off by the fog tells the agent.</summary>
    internal sealed class BoardClock
    {
        private readonly long beganMicros;

        public BoardClock(long lastMicros)
        {
            beganMicros = lastMicros - (long)HighResTimer.GetCurrent();
        }

        public long NowMicros
        {
            get { return beganMicros + (long)HighResTimer.GetCurrent(); }
        }
    }
}
