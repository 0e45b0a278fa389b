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

        public bool Wants(byte[] digest)
        {
            return ByteStrings.Equal(Order.ImageDigest, digest)
                || (FetchesArguments && ByteStrings.Equal(Order.ArgumentsDigest, digest));
        }
    }
}
