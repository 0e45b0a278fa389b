namespace Fog.Firmware.Logic
{
    /// <summary>How failed connections lengthen the sleep, so that an outage does not empty batteries.</summary>
    public static class BackOff
    {
        /// <summary>At most what to add to a sleep of <paramref name="sleepMillis"/> after <paramref name="failures"/> failures in a row.</summary>
        public static uint ExtraMillis(uint sleepMillis, int failures)
        {
            long factor = 1;
            for (int i = 0; i < failures && factor < FirmwareLimits.BackOffFactorMax; i++)
            {
                factor *= 2;
            }

            long extra = (factor - 1) * sleepMillis;
            return extra > FirmwareLimits.BackOffMillisMax ? FirmwareLimits.BackOffMillisMax : (uint)extra;
        }

        /// <summary>Somewhere in the upper half of that: devices that failed together are not to try again together.</summary>
        public static uint Spread(uint extraMillis, IEntropy entropy)
        {
            byte[] random = new byte[2];
            entropy.Fill(random);
            int share = (random[0] << 8) | random[1];
            return extraMillis - (uint)((extraMillis / 2 * (long)share) >> 16);
        }
    }
}
