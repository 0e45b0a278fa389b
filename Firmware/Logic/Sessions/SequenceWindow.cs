using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Sessions
{
    /// <summary>Which sequence numbers of one direction were seen.</summary>
    public sealed class SequenceWindow
    {
        private long highest = -1;

        // Bit i: highest − i was seen.
        private ulong seen;

        /// <summary>False when the number was seen or lies 64 or more below the highest.</summary>
        public bool Accept(uint sequence)
        {
            long ahead = sequence - highest;
            if (ahead > 0)
            {
                seen = ahead >= ProtocolLimits.SequenceWindow ? 0 : seen << (int)ahead;
                seen |= 1;
                highest = sequence;
                return true;
            }

            long behind = -ahead;
            if (behind >= ProtocolLimits.SequenceWindow)
            {
                return false;
            }

            ulong bit = 1UL << (int)behind;
            if ((seen & bit) != 0)
            {
                return false;
            }

            seen |= bit;
            return true;
        }
    }
}
