using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Slots
{
    /// <summary>Which slot boots, and what became of releases.</summary>
    internal sealed class BootRecord
    {
        private const int Version = 1;
        private const string Name = "c";

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

        private readonly TwinRecord stored;

        /// <summary>Of a device that has none.</summary>
        public BootRecord(IFlash flash)
            : this(new TwinRecord(flash, Name))
        {
        }

        private BootRecord(TwinRecord stored)
        {
            this.stored = stored;
        }

        /// <summary>Null: there is none.</summary>
        public static BootRecord Load(IFlash flash)
        {
            TwinRecord stored = new TwinRecord(flash, Name);
            if (stored.Content == null)
            {
                return null;
            }

            WireReader reader = new WireReader(stored.Content, 0, stored.Content.Length);
            if (reader.U8() != Version)
            {
                return null;
            }

            BootRecord record = new BootRecord(stored);
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

        /// <summary>False: flash has no room; the record before still counts.</summary>
        public bool Save()
        {
            WireWriter writer = new WireWriter(256);
            writer.U8(Version);
            writer.U8(Active);
            writer.U8(IsTrial ? 1 : 0);
            writer.U8(Boots);
            writer.U32(Floor);
            Slots[0].Write(writer);
            Slots[1].Write(writer);
            writer.Raw(FailedRelease);
            writer.U8(FailedAttempt);
            writer.U8(FailedFault);
            return stored.Save(writer.ToArray());
        }
    }
}
