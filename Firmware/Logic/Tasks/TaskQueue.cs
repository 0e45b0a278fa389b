using System.Collections;
using Fog.Firmware.Loader;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tasks
{
    /// <summary>Tasks of this wake in the order they came. It does not survive sleep: the fog's mailbox does.</summary>
    public sealed class TaskQueue
    {
        // Objects and fields of an order, without its inline arguments.
        private const int OrderBytes = 512;

        private readonly ArrayList tasks = new ArrayList();
        private int heldBytes;

        public int Count
        {
            get { return tasks.Count; }
        }

        public QueuedTask At(int index)
        {
            return (QueuedTask)tasks[index];
        }

        /// <summary>Null when it is not there.</summary>
        public QueuedTask Find(byte[] taskId)
        {
            for (int i = 0; i < tasks.Count; i++)
            {
                if (ByteStrings.Equal(At(i).Order.TaskId, taskId))
                {
                    return At(i);
                }
            }

            return null;
        }

        /// <summary>False: full, in tasks or in bytes. A single task always has room.</summary>
        public bool Add(TaskOrder order)
        {
            int bytes = BytesOf(order);
            if (tasks.Count >= ProtocolLimits.TasksWaitingMax || (tasks.Count > 0 && heldBytes + bytes > FirmwareLimits.QueueBytesMax))
            {
                return false;
            }

            tasks.Add(new QueuedTask(order));
            heldBytes += bytes;
            return true;
        }

        public void Remove(QueuedTask task)
        {
            tasks.Remove(task);
            heldBytes -= BytesOf(task.Order);
        }

        public bool Wants(byte[] digest)
        {
            for (int i = 0; i < tasks.Count; i++)
            {
                if (At(i).Wants(digest))
                {
                    return true;
                }
            }

            return false;
        }

        private static int BytesOf(TaskOrder order)
        {
            return OrderBytes + (order.Arguments == null ? 0 : order.Arguments.Length);
        }
    }
}
