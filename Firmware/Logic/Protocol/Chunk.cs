using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x05 and 0x85: a part of a blob.</summary>
    public sealed class Chunk
    {
        public byte[] Digest;

        /// <summary>Bytes of the whole blob; 0: the sender does not know it.</summary>
        public int TotalBytes;

        /// <summary>A multiple of 1024.</summary>
        public uint Offset;
        public byte[] Data;

        /// <summary>Null when malformed.</summary>
        public static Chunk Read(WireReader reader)
        {
            Chunk chunk = new Chunk();
            chunk.Digest = reader.Raw(ProtocolLimits.DigestBytes);
            chunk.TotalBytes = reader.U32AsInt();
            chunk.Offset = reader.U32();
            chunk.Data = reader.Bytes16(ProtocolLimits.ChunkBytes);
            if (chunk.TotalBytes > ProtocolLimits.BlobBytesMax
                || chunk.Offset % ProtocolLimits.ChunkBytes != 0
                || chunk.Data.Length != BytesAt(chunk.TotalBytes, chunk.Offset))
            {
                reader.Reject();
            }

            return reader.EndedWell ? chunk : null;
        }

        /// <summary>How much data a chunk at that offset holds: 1024 bytes, the last one less; none of an unknown blob.</summary>
        public static int BytesAt(int totalBytes, uint offset)
        {
            if (totalBytes == 0)
            {
                return 0;
            }

            if (offset >= (uint)totalBytes)
            {
                // Out of its range: no length fits.
                return -1;
            }

            int left = totalBytes - (int)offset;
            return left < ProtocolLimits.ChunkBytes ? left : ProtocolLimits.ChunkBytes;
        }

        public void Write(WireWriter writer)
        {
            writer.Raw(Digest);
            writer.U32((uint)TotalBytes);
            writer.U32(Offset);
            writer.Bytes16(Data, 0, Data.Length);
        }
    }
}
