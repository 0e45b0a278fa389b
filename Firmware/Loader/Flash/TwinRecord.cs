using System;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Flash
{
    /// <summary>A record that is replaced as a whole. Two copies in flash take turns, so that one is always whole.</summary>
    /// <remarks>
    /// A save deletes the older copy and writes the new content in its place; power that fails meanwhile leaves the newer
    /// one. A copy counts when its check is right: the first bytes of SHA-256 over the rest.
    /// <code>
    /// | check, 8 | sequence, 4 | content |
    /// </code>
    /// </remarks>
    public sealed class TwinRecord
    {
        private const int CheckBytes = 8;
        private const int HeaderBytes = CheckBytes + 4;

        private readonly IFlash flash;
        private readonly string[] names;
        private int copy;

        /// <param name="name">The copies have it, and a digit.</param>
        public TwinRecord(IFlash flash, string name)
        {
            this.flash = flash;
            names = new string[] { name + "0", name + "1" };
            Load(0);
            Load(1);
        }

        /// <summary>As it was found or saved last; null: there is none.</summary>
        public byte[] Content { get; private set; }

        /// <summary>How often it was saved, in all its life.</summary>
        public uint Sequence { get; private set; }

        /// <summary>False: flash has no room; the content before still counts.</summary>
        public bool Save(byte[] content)
        {
            WireWriter writer = new WireWriter(HeaderBytes + content.Length);
            writer.Raw(new byte[CheckBytes]);
            writer.U32(Sequence + 1);
            writer.Raw(content);
            byte[] bytes = writer.ToArray();
            Array.Copy(Check(bytes), bytes, CheckBytes);
            int other = 1 - copy;
            flash.Delete(names[other]);
            if (!flash.Append(names[other], bytes, 0, bytes.Length))
            {
                return false;
            }

            copy = other;
            Sequence++;
            Content = content;
            return true;
        }

        public void Delete()
        {
            flash.Delete(names[0]);
            flash.Delete(names[1]);
            Content = null;
        }

        private void Load(int candidate)
        {
            int length = flash.Length(names[candidate]);
            if (length < HeaderBytes)
            {
                return;
            }

            byte[] bytes = new byte[length];
            flash.Read(names[candidate], 0, bytes, 0, length);
            byte[] check = Check(bytes);
            for (int i = 0; i < CheckBytes; i++)
            {
                if (bytes[i] != check[i])
                {
                    return;
                }
            }

            WireReader reader = new WireReader(bytes, CheckBytes, length - CheckBytes);
            uint sequence = reader.U32();
            if (Content == null || sequence > Sequence)
            {
                copy = candidate;
                Sequence = sequence;
                Content = reader.Raw(length - HeaderBytes);
            }
        }

        private static byte[] Check(byte[] bytes)
        {
            Sha256 hash = new Sha256();
            hash.Add(bytes, CheckBytes, bytes.Length - CheckBytes);
            return hash.Finish();
        }
    }
}
