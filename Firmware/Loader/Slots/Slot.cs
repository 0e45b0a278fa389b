using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Slots
{
    /// <summary>What one of the two slots holds, by the boot record.</summary>
    public sealed class Slot
    {
        internal const int Empty = 0;

        /// <summary>A release on its way, its manifest verified.</summary>
        internal const int Filling = 1;

        /// <summary>A whole release that is tried, or will be.</summary>
        internal const int Staged = 2;

        /// <summary>It ran, and completed a session.</summary>
        internal const int Confirmed = 3;

        internal int State;
        internal uint Version;
        internal int SizeBytes;
        internal byte[] Digest = new byte[Sha256.DigestBytes];
        internal byte[] Release = new byte[Sha256.DigestBytes];
        internal int Attempt;

        internal void Read(WireReader reader)
        {
            State = reader.U8();
            Version = reader.U32();
            SizeBytes = reader.U32AsInt();
            Digest = reader.Raw(Sha256.DigestBytes);
            Release = reader.Raw(Sha256.DigestBytes);
            Attempt = reader.U8();
        }

        internal void Write(WireWriter writer)
        {
            writer.U8(State);
            writer.U32(Version);
            writer.U32((uint)SizeBytes);
            writer.Raw(Digest);
            writer.Raw(Release);
            writer.U8(Attempt);
        }
    }
}
