using System.Collections;
using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <content>Results and snapshots on their way to the fog, and values that it asks for.</content>
    public sealed partial class Agent
    {
        private readonly ArrayList servings = new ArrayList();
        private long servedMicros;
        private long repeatMicros;
        private long repeatDelayMicros;

        private void SendResults()
        {
            ResultStore results = saved.Results;
            bool hasRoom = publishesInFlight < FirmwareLimits.PublishesInFlightMax;
            if (hasRoom && repeatMicros > 0 && now >= repeatMicros && results.UnacceptedCount > 0)
            {
                results.ForgetSent();
                repeatDelayMicros *= 2;
            }

            for (int i = 0; i < results.Count && publishesInFlight < FirmwareLimits.PublishesInFlightMax; i++)
            {
                KeptResult result = results.At(i);
                if (result.Accepted || result.Sent)
                {
                    continue;
                }

                if (result.IsSnapshot)
                {
                    SendSnapshot(result);
                }
                else
                {
                    SendResult(result);
                }

                result.Sent = true;
                repeatMicros = now + repeatDelayMicros;
            }
        }

        private void SendSnapshot(KeptResult kept)
        {
            Snapshot snapshot = new Snapshot();
            snapshot.TaskId = kept.TaskId;
            snapshot.Digest = kept.Digest;
            snapshot.SizeBytes = kept.SizeBytes;
            snapshot.Value = InlineValue(kept);
            snapshot.FuelUsed = kept.FuelUsed;
            snapshot.ExecuteMicros = kept.ExecuteMicros;
            snapshot.TransferMicros = kept.TransferMicros;
            WireWriter writer = session.Begin(MessageType.Snapshot, 78 + snapshot.Value.Length);
            snapshot.Write(writer);
            Publish(session.Seal(writer));
        }

        private byte[] InlineValue(KeptResult kept)
        {
            bool isInline = kept.Failure == RunFailure.None && kept.SizeBytes <= ProtocolLimits.InlineBytesMax;
            return isInline ? saved.Results.Read(kept, 0, kept.SizeBytes) : new byte[0];
        }

        private void SendResult(KeptResult kept)
        {
            Result result = new Result();
            result.TaskId = kept.TaskId;
            result.Failure = kept.Failure;
            result.Digest = kept.Digest;
            result.SizeBytes = kept.SizeBytes;
            result.Value = InlineValue(kept);
            result.FuelUsed = kept.FuelUsed;
            result.ExecuteMicros = kept.ExecuteMicros;
            result.TransferMicros = kept.TransferMicros;
            WireWriter writer = session.Begin(MessageType.Result, 80 + result.Value.Length);
            result.Write(writer);
            Publish(session.Seal(writer));
        }

        private void Serve(Need need)
        {
            for (int i = 0; i < servings.Count; i++)
            {
                Serving waiting = (Serving)servings[i];
                if (waiting.Offset == need.Offset && ByteStrings.Equal(waiting.Digest, need.Digest))
                {
                    // Asked again before its turn came.
                    return;
                }
            }

            if (servings.Count < ProtocolLimits.ResultsKeptMax)
            {
                servings.Add(new Serving(need));
            }
        }

        private void SendServings()
        {
            while (servings.Count > 0 && publishesInFlight < FirmwareLimits.PublishesInFlightMax)
            {
                Serving serving = (Serving)servings[0];
                bool isOver = SendChunk(serving);
                if (isOver || serving.ChunksLeft == 0)
                {
                    servings.RemoveAt(0);

                    // The next need is likely on its way.
                    servedMicros = isOver ? now : now + FirmwareLimits.RetryMicros;
                }
            }
        }

        // True when it was the last chunk that there is.
        private bool SendChunk(Serving serving)
        {
            KeptResult kept = saved.Results.FindValue(serving.Digest);
            Chunk chunk = new Chunk();
            chunk.Digest = serving.Digest;
            bool isThere = kept != null && serving.Offset < (uint)kept.SizeBytes;
            if (isThere)
            {
                chunk.TotalBytes = kept.SizeBytes;
                chunk.Offset = serving.Offset;
                chunk.Data = saved.Results.Read(kept, (int)serving.Offset, Chunk.BytesAt(kept.SizeBytes, serving.Offset));
            }
            else
            {
                chunk.Data = new byte[0];
            }

            WireWriter writer = session.Begin(MessageType.Chunk, 42 + chunk.Data.Length);
            chunk.Write(writer);
            Publish(session.Seal(writer));
            serving.Offset += (uint)chunk.Data.Length;
            serving.ChunksLeft--;
            return !isThere || serving.Offset == (uint)kept.SizeBytes;
        }
    }
}
