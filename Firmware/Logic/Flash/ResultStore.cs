using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Flash
{
    /// <summary>Results that the fog has not taken yet, their values in flash, oldest first.</summary>
    public sealed class ResultStore
    {
        private const int EntriesMax = ProtocolLimits.ResultsKeptMax;

        private readonly IFlash flash;
        private readonly int budgetBytes;
        private readonly KeptResult[] entries = new KeptResult[EntriesMax];
        private int count;

        public ResultStore(IFlash flash, int budgetBytes)
        {
            this.flash = flash;
            this.budgetBytes = budgetBytes;
        }

        public int Count
        {
            get { return count; }
        }

        /// <summary>How many the fog has not acknowledged.</summary>
        public int UnacceptedCount
        {
            get
            {
                int unaccepted = 0;
                for (int i = 0; i < count; i++)
                {
                    if (!entries[i].Accepted)
                    {
                        unaccepted++;
                    }
                }

                return unaccepted;
            }
        }

        /// <summary>A task may only start when its result will find a place; those that are only kept give way.</summary>
        public int PlacesLeft
        {
            get { return EntriesMax - UnacceptedCount; }
        }

        public KeptResult At(int index)
        {
            return entries[index];
        }

        public KeptResult Find(byte[] taskId)
        {
            for (int i = 0; i < count; i++)
            {
                if (ByteStrings.Equal(entries[i].TaskId, taskId))
                {
                    return entries[i];
                }
            }

            return null;
        }

        /// <summary>Some result with that value; two tasks can have the same.</summary>
        public KeptResult FindValue(byte[] digest)
        {
            for (int i = 0; i < count; i++)
            {
                if (entries[i].Failure == RunFailure.None && ByteStrings.Equal(entries[i].Digest, digest))
                {
                    return entries[i];
                }
            }

            return null;
        }

        /// <summary>Keeps a value in the place of what there is of the task; when flash has no room for it, keeps that it was too large.</summary>
        public KeptResult AddValue(byte[] taskId, byte[] value)
        {
            DropEarlier(taskId);
            while (count > 0 && UsedBytes() + value.Length > budgetBytes && DropOldestAccepted())
            {
            }

            KeptResult result = Place(taskId);
            flash.Delete(result.Name);
            if (UsedBytes() + value.Length > budgetBytes || !flash.Append(result.Name, value, 0, value.Length))
            {
                result.Failure = RunFailure.TooLargeForHeap;
                return result;
            }

            result.Digest = Sha256.Of(value);
            result.SizeBytes = value.Length;
            return result;
        }

        /// <summary>Keeps how far a task came; when flash has no room for it, keeps that it was too large.</summary>
        public KeptResult AddSnapshot(byte[] taskId, byte[] snapshot)
        {
            KeptResult result = AddValue(taskId, snapshot);
            result.IsSnapshot = result.Failure == RunFailure.None;
            return result;
        }

        public KeptResult AddFailure(byte[] taskId, RunFailure failure)
        {
            DropEarlier(taskId);
            KeptResult result = Place(taskId);
            result.Failure = failure;
            return result;
        }

        public byte[] Read(KeptResult result, int position, int readBytes)
        {
            byte[] bytes = new byte[readBytes];
            flash.Read(result.Name, position, bytes, 0, readBytes);
            return bytes;
        }

        public void Drop(KeptResult result)
        {
            int index = 0;
            while (entries[index] != result)
            {
                index++;
            }

            flash.Delete(result.Name);
            count--;
            for (int i = index; i < count; i++)
            {
                entries[i] = entries[i + 1];
            }

            entries[count] = null;
        }

        /// <summary>Those not accepted are due again: a new session, or a long silence.</summary>
        public void ForgetSent()
        {
            for (int i = 0; i < count; i++)
            {
                entries[i].Sent = false;
            }
        }

        internal bool Owns(string name)
        {
            for (int i = 0; i < count; i++)
            {
                if (entries[i].Name == name)
                {
                    return true;
                }
            }

            return false;
        }

        internal void Write(WireWriter writer)
        {
            writer.U8(count);
            for (int i = 0; i < count; i++)
            {
                KeptResult result = entries[i];
                writer.Raw(result.TaskId);
                writer.U8((int)result.Failure);
                writer.Raw(result.Digest);
                writer.U32((uint)result.SizeBytes);
                writer.U64(result.FuelUsed);
                writer.U64(result.ExecuteMicros);
                writer.U64(result.TransferMicros);
                writer.U8((result.Accepted ? 1 : 0) | (result.IsSnapshot ? 2 : 0));
            }
        }

        /// <summary>Takes what was saved, less what flash does not hold any more.</summary>
        internal void Read(WireReader reader)
        {
            int saved = reader.U8();
            for (int i = 0; i < saved && count < EntriesMax; i++)
            {
                KeptResult result = new KeptResult(reader.Raw(ProtocolLimits.TaskIdBytes));
                result.Failure = (RunFailure)reader.U8();
                result.Digest = reader.Raw(ProtocolLimits.DigestBytes);
                result.SizeBytes = reader.U32AsInt();
                result.FuelUsed = reader.U64();
                result.ExecuteMicros = reader.U64();
                result.TransferMicros = reader.U64();
                int flags = reader.U8();
                result.Accepted = (flags & 1) != 0;
                result.IsSnapshot = (flags & 2) != 0;
                if (result.Failure != RunFailure.None || flash.Length(result.Name) == result.SizeBytes)
                {
                    entries[count++] = result;
                }
            }
        }

        private void DropEarlier(byte[] taskId)
        {
            KeptResult earlier = Find(taskId);
            if (earlier != null)
            {
                Drop(earlier);
            }
        }

        private KeptResult Place(byte[] taskId)
        {
            if (count == EntriesMax)
            {
                DropOldestAccepted();
            }

            KeptResult result = new KeptResult(taskId);
            entries[count++] = result;
            return result;
        }

        private bool DropOldestAccepted()
        {
            for (int i = 0; i < count; i++)
            {
                if (entries[i].Accepted)
                {
                    Drop(entries[i]);
                    return true;
                }
            }

            return false;
        }

        private int UsedBytes()
        {
            int used = 0;
            for (int i = 0; i < count; i++)
            {
                used += entries[i].SizeBytes;
            }

            return used;
        }
    }
}
