using System;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic
{
    /// <summary>Who a device is and what it may use.</summary>
    public sealed class DeviceConfig
    {
        public readonly string Site;
        public readonly string Node;

        /// <summary>The device key, 32 bytes. Never logged.</summary>
        public readonly byte[] Key;

        /// <summary>From wake to wake.</summary>
        public int PeriodMillis = 60000;

        /// <summary>‰ of the period spent listening, 1 to 1000.</summary>
        public int DutyPermille = 100;

        /// <summary>Managed heap that a function may use, image included.</summary>
        public int HeapBytes = FirmwareLimits.HeapBytes;

        /// <summary>Fuel units a second this device executes.</summary>
        public int FuelPerSecond = 2000000;

        /// <summary>Computing in one wake; what takes longer goes on in the next one.</summary>
        public long ComputeMicrosMax = FirmwareLimits.ComputeMicrosMax;

        /// <summary>Flash for images, arguments and snapshots of others.</summary>
        public int BlobBudgetBytes = FirmwareLimits.BlobBudgetBytes;

        /// <summary>Flash for results that the fog has not taken yet.</summary>
        public int ResultBudgetBytes = FirmwareLimits.ResultBudgetBytes;

        public DeviceConfig(string site, string node, byte[] key)
        {
            if (!Ascii.IsName(site) || !Ascii.IsName(node))
            {
                throw new ArgumentException("site and node match [a-z0-9-]{1,32}");
            }

            if (key.Length != ProtocolLimits.KeyBytes)
            {
                throw new ArgumentException("a device key has 32 bytes");
            }

            Site = site;
            Node = node;
            Key = key;
        }

        /// <exception cref="ArgumentException">A value that <c>hello</c> cannot say.</exception>
        public void Check()
        {
            if (PeriodMillis < 100 || PeriodMillis > 24 * 3600 * 1000)
            {
                throw new ArgumentException("a period has 100 ms to 24 h");
            }

            if (DutyPermille < 1 || DutyPermille > 1000)
            {
                throw new ArgumentException("a duty cycle has 1 to 1000 per mille");
            }

            if (HeapBytes < 0 || FuelPerSecond < 1 || ComputeMicrosMax < 1 || BlobBudgetBytes < 0 || ResultBudgetBytes < 0)
            {
                throw new ArgumentException("sizes are not negative, fuel rate and compute budget are positive");
            }
        }
    }
}
