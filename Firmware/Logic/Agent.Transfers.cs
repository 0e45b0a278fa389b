using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <content>Images, arguments and snapshots on their way to the device.</content>
    public sealed partial class Agent
    {
        private Download download;

        private void ContinueDownload()
        {
            if (download == null && !IsComputeSpent())
            {
                BeginDownload();
            }

            if (download == null)
            {
                BeginUpdate();
            }

            Need need = download == null || publishesInFlight >= FirmwareLimits.PublishesInFlightMax ? null : download.Ask(now);
            if (need != null)
            {
                WireWriter writer = session.Begin(MessageType.Need, 37);
                need.Write(writer);
                Publish(session.Seal(writer));
            }
        }

        // For the first task that misses something.
        private void BeginDownload()
        {
            for (int i = 0; i < queue.Count && download == null; i++)
            {
                QueuedTask task = queue.At(i);
                TaskOrder order = task.Order;
                if (task == running)
                {
                    continue;
                }

                if (order.ImageBytes + order.ArgumentsBytes + order.SnapshotBytes > config.HeapBytes)
                {
                    Fail(task, RunFailure.TooLargeForHeap);
                    i--;
                    continue;
                }

                bool hasRoom = true;
                if (Missing(order.ImageDigest))
                {
                    hasRoom = Fetch(order.ImageDigest, order.ImageBytes, true, task);
                }
                else if (task.FetchesArguments && Missing(order.ArgumentsDigest))
                {
                    hasRoom = Fetch(order.ArgumentsDigest, order.ArgumentsBytes, false, task);
                }
                else if (FetchesSnapshot(order) && Missing(order.SnapshotDigest))
                {
                    hasRoom = Fetch(order.SnapshotDigest, order.SnapshotBytes, false, task);
                }

                if (!hasRoom)
                {
                    Fail(task, RunFailure.TooLargeForHeap);
                    i--;
                }
            }
        }

        private bool Missing(byte[] digest)
        {
            CachedBlob blob = saved.Blobs.Find(digest);
            return blob == null || !blob.Verified;
        }

        private bool Fetch(byte[] digest, int totalBytes, bool isImage, QueuedTask task)
        {
            CachedBlob blob = saved.Blobs.Find(digest);
            if (blob != null && blob.TotalBytes != totalBytes)
            {
                saved.Blobs.Drop(blob);
                blob = null;
            }

            if (blob == null)
            {
                blob = saved.Blobs.Reserve(digest, totalBytes, isImage, task.Digests());
                isDirty = true;
            }

            if (blob == null)
            {
                return false;
            }

            download = new Download(flash, blob, now);
            return true;
        }

        private void Receive(Chunk chunk)
        {
            Download current = download;
            DownloadState state = current.Take(chunk, now);
            if (state == DownloadState.Going)
            {
                return;
            }

            bool isUpdate = IsUpdating();
            LeaveDownload();
            if (isUpdate)
            {
                EndUpdate(state, current.CameWrong);
                return;
            }

            isDirty = true;
            if (state == DownloadState.Done)
            {
                return;
            }

            saved.Blobs.Drop((CachedBlob)current.Record);
            for (int i = queue.Count - 1; i >= 0; i--)
            {
                QueuedTask task = queue.At(i);
                if (task != running && task.Wants(current.Record.Digest))
                {
                    Fail(task, state == DownloadState.NoRoom ? RunFailure.TooLargeForHeap : RunFailure.TransferFailed);
                }
            }
        }

        private void LeaveDownload()
        {
            if (download != null)
            {
                download.Leave(now);
                download = null;
            }
        }
    }
}
