using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic
{
    /// <summary>What a device knows over deep sleep: RTC memory on the board, a few hundred bytes.</summary>
    public sealed class SavedState
    {
        private const int Version = 1;
        private const int CheckBytes = 4;

        /// <summary>Failed connections in a row.</summary>
        public int Failures;

        /// <summary>Site time at which the next wake is due; 0: unknown.</summary>
        public long WakeDueMillis;

        /// <summary>How much later than ordered the last wake was that the fog has told the time of.</summary>
        public int ClockErrorMillis;

        /// <summary>Cluster whose leader topic the broker's session holds; empty: none.</summary>
        public string LeaderOf = "";

        public readonly StateLedger Ledger = new StateLedger();
        public readonly BlobCache Blobs;
        public readonly ResultStore Results;

        private SavedState(DeviceConfig config, IFlash flash)
        {
            Blobs = new BlobCache(flash, config.BlobBudgetBytes);
            Results = new ResultStore(flash, config.ResultBudgetBytes);
        }

        /// <summary>Null or damaged bytes (loss of power) are an empty state. Flash is freed of what the state does not know.</summary>
        public static SavedState Load(byte[] bytes, DeviceConfig config, IFlash flash, out bool isKnown)
        {
            SavedState state = new SavedState(config, flash);
            isKnown = IsWhole(bytes);
            if (isKnown)
            {
                state.Read(new WireReader(bytes, CheckBytes + 1, bytes.Length - CheckBytes - 1));
            }

            string[] names = flash.Names();
            for (int i = 0; i < names.Length; i++)
            {
                bool isRecord = names[i].Length > 0 && (names[i][0] == RecordName.Blob || names[i][0] == RecordName.Result);
                if (isRecord && !state.Blobs.Owns(names[i]) && !state.Results.Owns(names[i]))
                {
                    flash.Delete(names[i]);
                }
            }

            return state;
        }

        public byte[] Save()
        {
            WireWriter writer = new WireWriter(256);
            writer.U32(0);
            writer.U8(Version);
            writer.U8(Failures);
            writer.U64(WakeDueMillis);
            writer.U32((uint)ClockErrorMillis);
            writer.Name(LeaderOf);
            Ledger.Write(writer);
            Blobs.Write(writer);
            Results.Write(writer);
            byte[] bytes = writer.ToArray();
            byte[] check = Check(bytes);
            for (int i = 0; i < CheckBytes; i++)
            {
                bytes[i] = check[i];
            }

            return bytes;
        }

        private static bool IsWhole(byte[] bytes)
        {
            if (bytes == null || bytes.Length <= CheckBytes || bytes[CheckBytes] != Version)
            {
                return false;
            }

            byte[] check = Check(bytes);
            for (int i = 0; i < CheckBytes; i++)
            {
                if (bytes[i] != check[i])
                {
                    return false;
                }
            }

            return true;
        }

        // Against decay of memory, not against people.
        private static byte[] Check(byte[] bytes)
        {
            Sha256 hash = new Sha256();
            hash.Add(bytes, CheckBytes, bytes.Length - CheckBytes);
            return hash.Finish();
        }

        private void Read(WireReader reader)
        {
            Failures = reader.U8();
            WakeDueMillis = reader.U64();
            ClockErrorMillis = (int)reader.U32();
            LeaderOf = reader.NameOrEmpty();
            Ledger.Read(reader);
            Blobs.Read(reader);
            Results.Read(reader);
        }
    }
}
