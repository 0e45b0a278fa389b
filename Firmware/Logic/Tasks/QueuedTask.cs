using Fog.Firmware.Loader;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>A task that this device has taken, waiting or running.</summary>
    public sealed class QueuedTask
    {
        public readonly TaskOrder Order;
        public long ExecuteMicros;
        public long TransferMicros;

        public QueuedTask(TaskOrder order)
        {
            Order = order;
        }

        public bool FetchesArguments
        {
            get { return Order.Arguments == null; }
        }

        /// <summary>Of its image, and of arguments and snapshot when they are by digest.</summary>
        public byte[][] Digests()
        {
            byte[][] digests = new byte[1 + (FetchesArguments ? 1 : 0) + (Order.SnapshotBytes > 0 ? 1 : 0)][];
            digests[0] = Order.ImageDigest;
            if (FetchesArguments)
            {
                digests[1] = Order.ArgumentsDigest;
            }

            if (Order.SnapshotBytes > 0)
            {
                digests[digests.Length - 1] = Order.SnapshotDigest;
            }

            return digests;
        }

        public bool Wants(byte[] digest)
        {
            return ByteStrings.Equal(Order.ImageDigest, digest)
                || (FetchesArguments && ByteStrings.Equal(Order.ArgumentsDigest, digest))
                || (Order.SnapshotBytes > 0 && ByteStrings.Equal(Order.SnapshotDigest, digest));
        }
    }
}
