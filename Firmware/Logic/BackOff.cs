namespace Fog.Firmware.Logic
{
    /// <summary>How failed connections lengthen the sleep, so that an outage does not empty batteries.</summary>
    public static class BackOff
    {
        /// <summary>What to add to a sleep of <paramref name="sleepMillis"/> after <paramref name="failures"/> failures in a row.</summary>
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
    }
}
