using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x04 and 0x86: please send chunks of a blob.</summary>
    public sealed class Need
    {
        public byte[] Digest;

        /// <summary>A multiple of 1024.</summary>
        public uint Offset;

        /// <summary>Chunks wanted in a row, 1 to 8.</summary>
        public int Count;

        /// <summary>Null when malformed.</summary>
        public static Need Read(WireReader reader)
        {
            Need need = new Need();
            need.Digest = reader.Raw(ProtocolLimits.DigestBytes);
            need.Offset = reader.U32();
            need.Count = reader.U8();
            if (need.Offset % ProtocolLimits.ChunkBytes != 0 || need.Count < 1 || need.Count > ProtocolLimits.ChunksPerNeedMax)
            {
                reader.Reject();
            }

            return reader.EndedWell ? need : null;
        }

        public void Write(WireWriter writer)
        {
            writer.Raw(Digest);
            writer.U32(Offset);
            writer.U8(Count);
        }
    }
}
