namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x05 and 0x85: a part of a blob.</summary>
    public sealed class Chunk
    {
        public byte[] Digest;

        /// <summary>Bytes of the whole blob; 0: the sender does not know it.</summary>
        public int TotalBytes;

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
            if (chunk.TotalBytes > ProtocolLimits.BlobBytesMax)
            {
                reader.Reject();
            }

            if (chunk.TotalBytes == 0)
            {
                if (chunk.Data.Length != 0)
                {
                    reader.Reject();
                }
            }
            else if (chunk.Data.Length == 0 || chunk.Data.Length > chunk.TotalBytes || chunk.Offset > (uint)(chunk.TotalBytes - chunk.Data.Length))
            {
                reader.Reject();
            }

            return reader.EndedWell ? chunk : null;
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
