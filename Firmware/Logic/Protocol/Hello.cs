using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x01: a device has woken. Sealed under the device key.</summary>
    public sealed class Hello
    {
        public byte[] DeviceNonce;
        public uint FirmwareVersion;
        public uint PeriodMillis;
        public int DutyPermille;
        public int BatteryMillivolts;
        public uint HeapFreeBytes;
        public WakeCause WakeCause;
        public int ClockErrorMillis;
        public uint ConnectBackOffMillis;
        public uint FuelPerSecond;

        /// <summary>SHA-256 each, most recently used first, at most 16.</summary>
        public byte[][] CachedImages;

        public void Write(WireWriter writer)
        {
            writer.Raw(DeviceNonce);
            writer.U32(FirmwareVersion);
            writer.U32(PeriodMillis);
            writer.U16(DutyPermille);
            writer.U16(BatteryMillivolts);
            writer.U32(HeapFreeBytes);
            writer.U8((int)WakeCause);
            writer.U32((uint)ClockErrorMillis);
            writer.U32(ConnectBackOffMillis);
            writer.U32(FuelPerSecond);
            writer.U8(CachedImages.Length);
            for (int i = 0; i < CachedImages.Length; i++)
            {
                writer.Raw(CachedImages[i]);
            }
        }
    }

    /// <summary>Why a device is awake.</summary>
    public enum WakeCause
    {
        PowerOn = 0,
        Timer = 1,
        Crash = 2,
        Other = 3,
    }
}
