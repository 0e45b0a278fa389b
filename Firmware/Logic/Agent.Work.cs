using System;
using System.Collections;
using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <content>Tasks, from start to end.</content>
    public sealed partial class Agent
    {
        private readonly TaskQueue queue = new TaskQueue();

        // Lines that functions wrote to the log and that are not sent yet.
        private readonly ArrayList lines = new ArrayList();

        private IRun run;
        private QueuedTask running;
        private bool isSliceOut;
        private bool isFinished;
        private RunFailure stepFailure;
        private long sliceMicros;
        private long computeMicros;

        /// <summary>Runs the function for a slice; the platform calls it for <see cref="DeviceActionKind.RunSlice"/>, and takes its time.</summary>
        /// <returns>Fuel that was used.</returns>
        public long RunSlice()
        {
            if (run == null)
            {
                // Stopped since it was asked for.
                return 0;
            }

            long before = run.FuelUsed;
            try
            {
                isFinished = run.Step(SliceFuel(), IsComputeNearlySpent());
            }
            catch (RunRefusedException e)
            {
                stepFailure = e.Failure;
            }
            catch (OutOfMemoryException)
            {
                stepFailure = RunFailure.TooLargeForHeap;
            }

            return run.FuelUsed - before;
        }

        private void OnSliceDone()
        {
            long took = now - sliceMicros;
            isSliceOut = false;
            computeMicros += took;
            if (run == null)
            {
                return;
            }

            running.ExecuteMicros += took;
            TakeLines();
            if (stepFailure != RunFailure.None)
            {
                Fail(running, stepFailure);
            }
            else if (run.HeapBytes > config.HeapBytes)
            {
                Fail(running, RunFailure.TooLargeForHeap);
            }
            else if (isFinished)
            {
                Complete();
            }
            else if ((!run.IsAtCheckpoint && !IsComputeSpent()) || !Suspend())
            {
                // Where a checkpoint is, and no room for a snapshot, the function may still end in time.
                if (IsComputeSpent()) Fail(running, RunFailure.ComputeBudgetExceeded);
                else AskForSlice();
            }
        }

        private void TakeLines()
        {
            for (string line = run.TakeLine(); line != null; line = run.TakeLine())
            {
                if (lines.Count < FirmwareLimits.LinesWaitingMax)
                {
                    lines.Add(line);
                }
            }
        }

        private void SendLines()
        {
            while (lines.Count > 0 && publishesInFlight < FirmwareLimits.PublishesInFlightMax)
            {
                LogLine line = new LogLine();
                line.Level = LogLine.Information;
                line.Text = (string)lines[0];
                lines.RemoveAt(0);
                SendLine(line);
            }
        }

        private void SendLine(LogLine line)
        {
            WireWriter writer = session.Begin(MessageType.Log, 3 + ProtocolLimits.LogBytesMax);
            line.Write(writer);
            Publish(session.Seal(writer));
        }

        private void Work()
        {
            SendResults();
            SendServings();
            ContinueDownload();
            StartRun();
            SendResults();
            SendLines();
            if (now >= keepaliveMicros)
            {
                Keepalive keepalive = new Keepalive();
                keepalive.HeapFreeBytes = HeapFreeBytes();
                WireWriter writer = session.Begin(MessageType.Keepalive, 4);
                keepalive.Write(writer);
                Publish(session.Seal(writer));
            }
        }

        /// <summary>Awake for a reason, whatever the duty cycle says.</summary>
        private bool IsBusy()
        {
            return run != null
                || isSliceOut
                || (queue.Count > 0 && !IsComputeSpent())
                || saved.Results.UnacceptedCount > 0
                || lines.Count > 0
                || servings.Count > 0
                || IsUpdateWanted()
                || now < servedMicros
                || (batchLeft > 0 && now < batchMicros);
        }

        private long WorkDue()
        {
            long due = keepaliveMicros;
            if (now < ListenUntil())
            {
                due = Earlier(due, ListenUntil());
            }

            if (now < servedMicros)
            {
                due = Earlier(due, servedMicros);
            }

            if (batchLeft > 0 && now < batchMicros)
            {
                due = Earlier(due, batchMicros);
            }

            // With too much in flight the broker's acknowledgement is what comes next.
            if (publishesInFlight < FirmwareLimits.PublishesInFlightMax)
            {
                if (download != null)
                {
                    due = Earlier(due, download.DueMicros);
                }

                if (saved.Results.UnacceptedCount > 0)
                {
                    due = Earlier(due, repeatMicros);
                }
            }

            return due;
        }

        private bool IsComputeSpent()
        {
            return computeMicros >= config.ComputeMicrosMax;
        }

        private bool IsComputeNearlySpent()
        {
            return computeMicros >= config.ComputeMicrosMax - (config.ComputeMicrosMax / FirmwareLimits.CheckpointShare);
        }

        private long SliceFuel()
        {
            long fuel = config.FuelPerSecond / FirmwareLimits.SlicesPerSecond;
            return fuel < FirmwareLimits.SliceFuelMin ? FirmwareLimits.SliceFuelMin : fuel;
        }

        private void StartRun()
        {
            for (int i = 0; i < queue.Count && run == null && !isSliceOut; i++)
            {
                QueuedTask task = queue.At(i);
                bool isReady = !Missing(task.Order.ImageDigest)
                    && !(task.FetchesArguments && Missing(task.Order.ArgumentsDigest))
                    && !(FetchesSnapshot(task.Order) && Missing(task.Order.SnapshotDigest));
                if (!isReady || saved.Results.PlacesLeft == 0 || IsComputeSpent())
                {
                    continue;
                }

                if (SiteTimeMillis() > task.Order.DeadlineMillis)
                {
                    drops.Add(DropReason.TooLate);
                    Forget(task);
                    i--;
                    continue;
                }

                Start(task);
                i = -1;
            }
        }

        private void Start(QueuedTask task)
        {
            TaskOrder order = task.Order;
            try
            {
                byte[] image = Use(task, order.ImageDigest);
                byte[] arguments = task.FetchesArguments ? Use(task, order.ArgumentsDigest) : order.Arguments;
                run = executor.Start(order, image, arguments, SnapshotFor(task));
            }
            catch (RunRefusedException e)
            {
                Fail(task, e.Failure);
                return;
            }
            catch (OutOfMemoryException)
            {
                Fail(task, RunFailure.TooLargeForHeap);
                return;
            }

            running = task;
            isFinished = false;
            stepFailure = RunFailure.None;
            AskForSlice();
        }

        /// <summary>What this device kept of the task, unless the fog goes on from what somebody else did.</summary>
        private KeptResult OwnSnapshot(TaskOrder order)
        {
            KeptResult kept = saved.Results.Find(order.TaskId);
            bool isOurs = kept != null
                && kept.IsSnapshot
                && (order.SnapshotBytes == 0 || !kept.Accepted || ByteStrings.Equal(kept.Digest, order.SnapshotDigest));
            return isOurs ? kept : null;
        }

        private bool FetchesSnapshot(TaskOrder order)
        {
            return order.SnapshotBytes > 0 && OwnSnapshot(order) == null;
        }

        private byte[] SnapshotFor(QueuedTask task)
        {
            KeptResult own = OwnSnapshot(task.Order);
            if (own != null)
            {
                return saved.Results.Read(own, 0, own.SizeBytes);
            }

            return task.Order.SnapshotBytes > 0 ? Use(task, task.Order.SnapshotDigest) : null;
        }

        private byte[] Use(QueuedTask task, byte[] digest)
        {
            CachedBlob blob = saved.Blobs.Find(digest);
            task.TransferMicros += blob.RadioMicros;
            blob.RadioMicros = 0;
            isDirty = true;
            return saved.Blobs.Use(blob);
        }

        private void AskForSlice()
        {
            isSliceOut = true;
            sliceMicros = now;
            actions.Add(new DeviceAction(DeviceActionKind.RunSlice));
        }

        private void Complete()
        {
            QueuedTask task = running;
            byte[] value = run.Result;
            long fuelUsed = run.FuelUsed;
            Forget(task);
            KeptResult result = saved.Results.AddValue(task.Order.TaskId, value);
            result.FuelUsed = fuelUsed;
            Describe(result, task);
        }

        /// <summary>The compute budget is spent, or nearly so: what was done goes to flash and to the fog, and on in a later wake.</summary>
        /// <returns>False when no snapshot can be kept: the run stands as before.</returns>
        private bool Suspend()
        {
            QueuedTask task = running;
            byte[] snapshot;
            try
            {
                snapshot = run.Snapshot();
            }
            catch (OutOfMemoryException)
            {
                snapshot = null;
            }

            if (snapshot == null || snapshot.Length > ProtocolLimits.BlobBytesMax || run.HeapBytes + snapshot.Length > config.HeapBytes)
            {
                return false;
            }

            long fuelUsed = run.FuelUsed;
            Forget(task);
            KeptResult kept = saved.Results.AddSnapshot(task.Order.TaskId, snapshot);
            kept.FuelUsed = fuelUsed;
            Describe(kept, task);
            return true;
        }

        private void Fail(QueuedTask task, RunFailure failure)
        {
            long fuelUsed = task == running ? run.FuelUsed : 0;
            bool isRunningBeside = run != null && task != running;
            Forget(task);
            if (saved.Results.PlacesLeft <= (isRunningBeside ? 1 : 0))
            {
                // No place to keep that: the mailbox brings the task again.
                return;
            }

            KeptResult result = saved.Results.AddFailure(task.Order.TaskId, failure);
            result.FuelUsed = fuelUsed;
            Describe(result, task);
        }

        private void Describe(KeptResult result, QueuedTask task)
        {
            result.ExecuteMicros = task.ExecuteMicros;
            result.TransferMicros = task.TransferMicros;
            isDirty = true;
        }

        /// <summary>Takes it out of the queue, stops it when it runs, and frees what only it needed.</summary>
        private void Forget(QueuedTask task)
        {
            queue.Remove(task);
            if (task == running)
            {
                running = null;
                run = null;
            }

            if (download != null && !IsUpdating() && !queue.Wants(download.Record.Digest))
            {
                LeaveDownload();
            }

            byte[][] digests = task.Digests();
            for (int i = 0; i < digests.Length; i++)
            {
                CachedBlob blob = saved.Blobs.Find(digests[i]);
                if (blob != null && !blob.IsImage && !queue.Wants(blob.Digest))
                {
                    saved.Blobs.Drop(blob);
                    isDirty = true;
                }
            }
        }
    }
}
