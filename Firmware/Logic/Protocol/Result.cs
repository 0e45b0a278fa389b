using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x03: what became of a task.</summary>
    public sealed class Result
    {
        public byte[] TaskId;

        /// <summary><see cref="RunFailure.None"/>: there is a canonical result (value or trap).</summary>
        public RunFailure Failure;

        /// <summary>SHA-256 of the canonical result; zero when it failed.</summary>
        public byte[] Digest;

        public int SizeBytes;

        /// <summary>The canonical result when it is at most 1024 bytes, else empty.</summary>
        public byte[] Value;

        public long FuelUsed;
        public long ExecuteMicros;
        public long TransferMicros;

        public void Write(WireWriter writer)
        {
            writer.Raw(TaskId);
            writer.U8(Failure == RunFailure.None ? 0 : 1);
            writer.U8((int)Failure);
            writer.Raw(Digest);
            writer.U32((uint)SizeBytes);
            writer.Bytes16(Value, 0, Value.Length);
            writer.U64(FuelUsed);
            writer.Micros(ExecuteMicros);
            writer.Micros(TransferMicros);
        }
    }

    /// <summary>Why a device could not run a task.</summary>
    public enum RunFailure
    {
        None = 0,
        ImageRejected = 1,
        ArgumentsRejected = 2,
        TooLargeForHeap = 3,
        ComputeBudgetExceeded = 4,
        TransferFailed = 5,
        SnapshotRejected = 6,
    }
}
