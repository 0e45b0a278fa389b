using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x09: how far this device is with a release.</summary>
    public sealed class UpdateStatus
    {
        public byte[] ReleaseId;
        public int Attempt;
        public UpdateState State;
        public ReleaseFault Fault;

        /// <summary>Of the image, in flash.</summary>
        public int HaveBytes;

        public void Write(WireWriter writer)
        {
            writer.Raw(ReleaseId);
            writer.U8(Attempt);
            writer.U8((int)State);
            writer.U8((int)Fault);
            writer.U32((uint)HaveBytes);
        }
    }
}
