using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Flash
{
    /// <summary>What became of a task, until the fog needs it no more.</summary>
    public sealed class KeptResult
    {
        public readonly byte[] TaskId;
        public RunFailure Failure;
        public byte[] Digest;
        public int SizeBytes;
        public long FuelUsed;
        public long ExecuteMicros;
        public long TransferMicros;

        /// <summary>No result yet: the value is how far the task came, to go on from.</summary>
        public bool IsSnapshot;

        /// <summary>The fog has recorded it; only the value may still be asked for, or gone on from.</summary>
        public bool Accepted;

        /// <summary>In this session.</summary>
        public bool Sent;

        internal readonly string Name;

        internal KeptResult(byte[] taskId)
        {
            TaskId = taskId;
            Digest = new byte[ProtocolLimits.DigestBytes];
            Name = RecordName.Of(RecordName.Result, taskId);
        }
    }
}
