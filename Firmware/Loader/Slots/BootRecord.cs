using System;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Slots
{
    /// <summary>Which slot boots, and what became of releases. Two copies in flash take turns, so that one is always whole.</summary>
    /// <remarks>
    /// A write deletes the older copy and writes the new record in its place; power that fails meanwhile leaves the
    /// newer one. A copy counts when its check is right: the first bytes of SHA-256 over the rest.
    /// </remarks>
    internal sealed class BootRecord
    {
        private const int Version = 1;
        private const int CheckBytes = 8;
        private static readonly string[] Names = { "c0", "c1" };

        public readonly Slot[] Slots = { new Slot(), new Slot() };

        /// <summary>The slot that boots, and that is gone back to.</summary>
        public int Active;

        /// <summary>The other slot is staged and boots instead.</summary>
        public bool IsTrial;

        /// <summary>How often the trial was started.</summary>
        public int Boots;

        /// <summary>Highest version that was ever confirmed here.</summary>
        public uint Floor;

        public byte[] FailedRelease = new byte[Sha256.DigestBytes];
        public int FailedAttempt;
        public int FailedFault;

        private uint sequence;
        private int copy;

        /// <summary>Null: there is none.</summary>
        public static BootRecord Load(IFlash flash)
        {
            BootRecord first = ReadCopy(flash, 0);
            BootRecord second = ReadCopy(flash, 1);
            if (first == null || second == null)
            {
                return first == null ? second : first;
            }

            return first.sequence > second.sequence ? first : second;
        }

        /// <summary>False: flash has no room; the record before still counts.</summary>
        public bool Save(IFlash flash)
        {
            sequence++;
            WireWriter writer = new WireWriter(256);
            writer.Raw(new byte[CheckBytes]);
            writer.U8(Version);
            writer.U32(sequence);
            writer.U8(Active);
            writer.U8(IsTrial ? 1 : 0);
            writer.U8(Boots);
            writer.U32(Floor);
            Slots[0].Write(writer);
            Slots[1].Write(writer);
            writer.Raw(FailedRelease);
            writer.U8(FailedAttempt);
            writer.U8(FailedFault);
            byte[] bytes = writer.ToArray();
            Array.Copy(Check(bytes), bytes, CheckBytes);
            int other = 1 - copy;
            flash.Delete(Names[other]);
            if (!flash.Append(Names[other], bytes, 0, bytes.Length))
            {
                return false;
            }

            copy = other;
            return true;
        }

        private static BootRecord ReadCopy(IFlash flash, int copy)
        {
            int length = flash.Length(Names[copy]);
            if (length <= CheckBytes + 1)
            {
                return null;
            }

            byte[] bytes = new byte[length];
            flash.Read(Names[copy], 0, bytes, 0, length);
            byte[] check = Check(bytes);
            for (int i = 0; i < CheckBytes; i++)
            {
                if (bytes[i] != check[i])
                {
                    return null;
                }
            }

            WireReader reader = new WireReader(bytes, CheckBytes, length - CheckBytes);
            if (reader.U8() != Version)
            {
                return null;
            }

            BootRecord record = new BootRecord();
            record.copy = copy;
            record.sequence = reader.U32();
            record.Active = reader.U8() & 1;
            record.IsTrial = reader.U8() != 0;
            record.Boots = reader.U8();
            record.Floor = reader.U32();
            record.Slots[0].Read(reader);
            record.Slots[1].Read(reader);
            record.FailedRelease = reader.Raw(Sha256.DigestBytes);
            record.FailedAttempt = reader.U8();
            record.FailedFault = reader.U8();
            return reader.EndedWell ? record : null;
        }

        private static byte[] Check(byte[] bytes)
        {
            Sha256 hash = new Sha256();
            hash.Add(bytes, CheckBytes, bytes.Length - CheckBytes);
            return hash.Finish();
        }
    }
}
