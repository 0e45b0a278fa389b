using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x08: how far a task came within this wake's compute budget.</summary>
    public sealed class Snapshot
    {
        public byte[] TaskId;

        /// <summary>SHA-256 of the snapshot.</summary>
        public byte[] Digest;

        public int SizeBytes;

        /// <summary>The snapshot when it is at most 1024 bytes, else empty.</summary>
        public byte[] Value;

        /// <summary>Of the whole task so far, by whoever ran it.</summary>
        public long FuelUsed;

        /// <summary>By this device since it last went on from a snapshot.</summary>
        public long ExecuteMicros;
        public long TransferMicros;

        public void Write(WireWriter writer)
        {
            writer.Raw(TaskId);
            writer.Raw(Digest);
            writer.U32((uint)SizeBytes);
            writer.Bytes16(Value, 0, Value.Length);
            writer.U64(FuelUsed);
            writer.Micros(ExecuteMicros);
            writer.Micros(TransferMicros);
        }
    }
}
