using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x02: still awake.</summary>
    public sealed class Keepalive
    {
        public uint HeapFreeBytes;

        public void Write(WireWriter writer)
        {
            writer.U32(HeapFreeBytes);
        }
    }
}
