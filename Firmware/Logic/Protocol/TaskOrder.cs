using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x82: run this image on these arguments within this budget.</summary>
    public sealed class TaskOrder
    {
        public byte[] TaskId;
        public uint Term;
        public byte[] ImageDigest;
        public int ImageBytes;
        public long Fuel;
        public int MemoryBytes;
        public int CallDepth;

        /// <summary>Site time; later it need not be run.</summary>
        public long DeadlineMillis;

        public byte[] ArgumentsDigest;
        public int ArgumentsBytes;

        /// <summary>The argument list, or null when it has to be fetched by digest.</summary>
        public byte[] Arguments;

        /// <summary>SHA-256 of the snapshot to go on from; zero: begin.</summary>
        public byte[] SnapshotDigest;

        /// <summary>0: begin.</summary>
        public int SnapshotBytes;

        /// <summary>The invocation's timestamp by site time, the same for every voter.</summary>
        public long NowMillis;

        /// <summary>Of the function's random numbers, the same for every voter.</summary>
        public long Seed;

        /// <summary>Null when malformed.</summary>
        public static TaskOrder Read(WireReader reader)
        {
            TaskOrder task = new TaskOrder();
            task.TaskId = reader.Raw(ProtocolLimits.TaskIdBytes);
            task.Term = reader.U32();
            task.ImageDigest = reader.Raw(ProtocolLimits.DigestBytes);
            task.ImageBytes = reader.U32AsInt();
            task.Fuel = reader.U64();
            task.MemoryBytes = reader.U32AsInt();
            task.CallDepth = reader.U16();
            task.DeadlineMillis = reader.U64();
            task.ArgumentsDigest = reader.Raw(ProtocolLimits.DigestBytes);
            task.ArgumentsBytes = reader.U32AsInt();
            byte[] inline = reader.Bytes16(ProtocolLimits.InlineBytesMax);
            bool isInline = task.ArgumentsBytes <= ProtocolLimits.InlineBytesMax;
            task.Arguments = isInline ? inline : null;
            task.SnapshotDigest = reader.Raw(ProtocolLimits.DigestBytes);
            task.SnapshotBytes = reader.U32AsInt();
            task.NowMillis = reader.U64();
            task.Seed = reader.Bits64();
            if (task.ImageBytes < 1
                || task.ImageBytes > ProtocolLimits.BlobBytesMax
                || task.Fuel < 1
                || task.CallDepth < 1
                || task.ArgumentsBytes > ProtocolLimits.BlobBytesMax
                || inline.Length != (isInline ? task.ArgumentsBytes : 0)
                || task.SnapshotBytes > ProtocolLimits.BlobBytesMax
                || (task.SnapshotBytes == 0 && !ByteStrings.IsZero(task.SnapshotDigest)))
            {
                reader.Reject();
            }

            return reader.EndedWell ? task : null;
        }
    }
}
