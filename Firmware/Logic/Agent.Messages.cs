using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <content>What the fog says.</content>
    public sealed partial class Agent
    {
        private void OnMessage(string topic, byte[] message)
        {
            if (phase != Phase.Greeting && phase != Phase.Open)
            {
                // After the report nothing counts any more; the fog's mailbox still holds it.
                return;
            }

            DropReason reason = Take(topic, message);
            if (reason == DropReason.None)
            {
                awaitSinceMicros = now;
            }
            else
            {
                drops.Add(reason);
            }
        }

        private DropReason Take(string topic, byte[] message)
        {
            bool isLeaderTopic = saved.LeaderOf.Length > 0 && topic == Topics.Leader(config.Site, saved.LeaderOf);
            if (!isLeaderTopic && topic != Topics.Down(config.Site, config.Node))
            {
                return DropReason.OutOfPlace;
            }

            if (!Envelope.IsWholeAndOfThisVersion(message))
            {
                bool hasLength = message.Length >= ProtocolLimits.MessageBytesMin && message.Length <= ProtocolLimits.MessageBytesMax;
                return hasLength ? DropReason.UnknownVersion : DropReason.Malformed;
            }

            byte type = Envelope.TypeOf(message);
            if (phase == Phase.Greeting)
            {
                return isLeaderTopic || type != MessageType.Welcome ? DropReason.OutOfPlace : TakeWelcome(message);
            }

            DropReason reason = session.Check(topic, message);
            if (reason != DropReason.None)
            {
                return reason;
            }

            if (isLeaderTopic && (type != MessageType.Task || !welcome.Leader))
            {
                return DropReason.OutOfPlace;
            }

            WireReader body = Envelope.BodyOf(message);
            switch (type)
            {
                case MessageType.Task:
                    CountBatch();
                    return TakeTask(TaskOrder.Read(body), isLeaderTopic);
                case MessageType.Accepted:
                    CountBatch();
                    return TakeAccepted(Accepted.Read(body));
                case MessageType.Stop:
                    CountBatch();
                    return TakeStop(Stop.Read(body));
                case MessageType.FogNeed:
                    CountBatch();
                    return TakeNeed(Need.Read(body));
                case MessageType.Update:
                    CountBatch();
                    return TakeUpdate(UpdateOffer.Read(body));
                case MessageType.FogChunk:
                    return TakeChunk(Chunk.Read(body));
                case MessageType.Welcome:
                    return DropReason.OutOfPlace;
                default:
                    return DropReason.UnknownType;
            }
        }

        private DropReason TakeWelcome(byte[] message)
        {
            DropReason reason;
            Welcome answer = session.Open(message, out reason);
            if (answer == null)
            {
                return reason;
            }

            welcome = answer;
            welcomeMicros = now;
            phase = Phase.Open;
            failed = false;
            saved.Failures = 0;
            sleepMillis = answer.SleepMillis > FirmwareLimits.SleepMillisMax ? FirmwareLimits.SleepMillisMax : answer.SleepMillis;
            awakeLimitMicros = answer.AwakeLimitMillis * 1000L;
            if (awakeLimitMicros > FirmwareLimits.AwakeLimitMicrosMax)
            {
                awakeLimitMicros = FirmwareLimits.AwakeLimitMicrosMax;
            }
            else if (awakeLimitMicros < FirmwareLimits.AwakeLimitMicrosMin)
            {
                awakeLimitMicros = FirmwareLimits.AwakeLimitMicrosMin;
            }

            batchLeft = answer.BatchCount;
            batchMicros = now + FirmwareLimits.RetryMicros;
            MeasureClock();
            FollowLeadership();
            repeatMicros = 0;
            repeatDelayMicros = FirmwareLimits.RetryMicros;
            isDirty = true;
            return DropReason.None;
        }

        // The fog's clock tells when this wake began, the order before when it should have.
        private void MeasureClock()
        {
            if (saved.WakeDueMillis == 0)
            {
                saved.ClockErrorMillis = 0;
                return;
            }

            long late = welcome.SiteTimeMillis - ((now - wokeMicros) / 1000) - saved.WakeDueMillis;
            saved.WakeDueMillis = 0;
            saved.ClockErrorMillis = late > int.MaxValue ? int.MaxValue : late < int.MinValue ? int.MinValue : (int)late;
        }

        // The broker's session may hold a subscription from an earlier wake, or have lost it.
        private void FollowLeadership()
        {
            string leads = welcome.Leader ? welcome.Cluster : "";
            bool held = saved.LeaderOf.Length > 0;
            if (held && saved.LeaderOf != leads)
            {
                AddTopicAction(DeviceActionKind.Unsubscribe, Topics.Leader(config.Site, saved.LeaderOf));
            }
            else if (!savedIsKnown && sessionPresent && !welcome.Leader && welcome.Cluster.Length > 0)
            {
                AddTopicAction(DeviceActionKind.Unsubscribe, Topics.Leader(config.Site, welcome.Cluster));
            }

            if (leads.Length > 0 && (saved.LeaderOf != leads || !sessionPresent))
            {
                AddTopicAction(DeviceActionKind.Subscribe, Topics.Leader(config.Site, leads));
            }

            saved.LeaderOf = leads;
        }

        private void CountBatch()
        {
            if (batchLeft > 0)
            {
                batchLeft--;
                batchMicros = now + FirmwareLimits.RetryMicros;
            }
        }

        private DropReason TakeTask(TaskOrder order, bool isLeaderTopic)
        {
            if (order == null)
            {
                return DropReason.Malformed;
            }

            if (isLeaderTopic && order.Term != welcome.Term)
            {
                return DropReason.WrongTerm;
            }

            KeptResult known = saved.Results.Find(order.TaskId);
            if (known != null && !known.IsSnapshot)
            {
                // One that is on its way is repeated in time anyhow.
                if (known.Accepted)
                {
                    known.Accepted = false;
                    known.Sent = false;
                    isDirty = true;
                }

                return DropReason.None;
            }

            if (queue.Find(order.TaskId) != null)
            {
                return DropReason.None;
            }

            if (SiteTimeMillis() > order.DeadlineMillis)
            {
                return DropReason.TooLate;
            }

            if (known != null && ByteStrings.Equal(known.Digest, order.SnapshotDigest))
            {
                // The fog has it, though its answer was lost.
                known.Accepted = true;
                isDirty = true;
            }

            return queue.Add(order) ? DropReason.None : DropReason.QueueFull;
        }

        private DropReason TakeAccepted(Accepted accepted)
        {
            if (accepted == null)
            {
                return DropReason.Malformed;
            }

            KeptResult result = saved.Results.Find(accepted.TaskId);
            if (result == null)
            {
                // Accepted twice, or accepted and stopped.
                return DropReason.None;
            }

            if (result.IsSnapshot && !accepted.Keep)
            {
                // Nobody needs the task any more, this device's part of it at least.
                QueuedTask task = queue.Find(accepted.TaskId);
                if (task != null)
                {
                    Forget(task);
                }
            }

            // There is no value to keep of a task that could not be run.
            if (accepted.Keep && result.Failure == RunFailure.None)
            {
                result.Accepted = true;
            }
            else
            {
                saved.Results.Drop(result);
            }

            isDirty = true;
            return DropReason.None;
        }

        private DropReason TakeStop(Stop stop)
        {
            if (stop == null)
            {
                return DropReason.Malformed;
            }

            KeptResult result = saved.Results.Find(stop.TaskId);
            if (result != null)
            {
                saved.Results.Drop(result);
                isDirty = true;
            }

            QueuedTask task = queue.Find(stop.TaskId);
            if (task != null)
            {
                Forget(task);
            }

            return DropReason.None;
        }

        private DropReason TakeNeed(Need need)
        {
            if (need == null)
            {
                return DropReason.Malformed;
            }

            Serve(need);
            return DropReason.None;
        }

        private DropReason TakeChunk(Chunk chunk)
        {
            if (chunk == null)
            {
                return DropReason.Malformed;
            }

            if (download == null || !ByteStrings.Equal(download.Record.Digest, chunk.Digest))
            {
                return DropReason.OutOfPlace;
            }

            Receive(chunk);
            return DropReason.None;
        }
    }
}
