using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Flash
{
    /// <summary>Blobs in flash within a byte budget, the least recently used out first.</summary>
    public sealed class BlobCache
    {
        private const int EntriesMax = ProtocolLimits.CachedImagesMax;

        private readonly IFlash flash;
        private readonly int budgetBytes;

        // Most recently used first.
        private readonly CachedBlob[] entries = new CachedBlob[EntriesMax];
        private int count;

        public BlobCache(IFlash flash, int budgetBytes)
        {
            this.flash = flash;
            this.budgetBytes = budgetBytes;
        }

        /// <summary>The verified images, most recently used first.</summary>
        public byte[][] Images()
        {
            int images = 0;
            for (int i = 0; i < count; i++)
            {
                if (entries[i].IsImage && entries[i].Verified)
                {
                    images++;
                }
            }

            byte[][] digests = new byte[images][];
            for (int i = count - 1; i >= 0; i--)
            {
                if (entries[i].IsImage && entries[i].Verified)
                {
                    digests[--images] = entries[i].Digest;
                }
            }

            return digests;
        }

        /// <summary>Null when it is not there.</summary>
        public CachedBlob Find(byte[] digest)
        {
            int index = IndexOf(digest);
            return index < 0 ? null : entries[index];
        }

        /// <summary>Makes room and an entry at the front. Null when that would need the room of one of <paramref name="keptDigests"/>.</summary>
        public CachedBlob Reserve(byte[] digest, int totalBytes, bool isImage, byte[][] keptDigests)
        {
            int keptBytes = 0;
            for (int i = 0; i < count; i++)
            {
                if (IsAmong(entries[i].Digest, keptDigests))
                {
                    keptBytes += entries[i].TotalBytes;
                }
            }

            if (totalBytes + keptBytes > budgetBytes)
            {
                return null;
            }

            while (count == EntriesMax || UsedBytes() + totalBytes > budgetBytes)
            {
                int oldest = count - 1;
                while (IsAmong(entries[oldest].Digest, keptDigests))
                {
                    oldest--;
                }

                Drop(entries[oldest]);
            }

            CachedBlob blob = new CachedBlob(digest, totalBytes, isImage);
            flash.Delete(blob.Name);
            Insert(blob);
            return blob;
        }

        /// <summary>The whole of a verified blob, which becomes the most recently used.</summary>
        public byte[] Use(CachedBlob blob)
        {
            RemoveAt(IndexOf(blob.Digest));
            Insert(blob);
            byte[] bytes = new byte[blob.TotalBytes];
            flash.Read(blob.Name, 0, bytes, 0, bytes.Length);
            return bytes;
        }

        public void Drop(CachedBlob blob)
        {
            flash.Delete(blob.Name);
            RemoveAt(IndexOf(blob.Digest));
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
                CachedBlob blob = entries[i];
                writer.Raw(blob.Digest);
                writer.U32((uint)blob.TotalBytes);
                writer.U8((blob.IsImage ? 1 : 0) | (blob.Verified ? 2 : 0));
                writer.U64(blob.RadioMicros);
            }
        }

        /// <summary>Takes what was saved, less what flash does not hold any more.</summary>
        internal void Read(WireReader reader)
        {
            int saved = reader.U8();
            for (int i = 0; i < saved && count < EntriesMax; i++)
            {
                byte[] digest = reader.Raw(ProtocolLimits.DigestBytes);
                int totalBytes = reader.U32AsInt();
                int flags = reader.U8();
                CachedBlob blob = new CachedBlob(digest, totalBytes, (flags & 1) != 0);
                blob.Verified = (flags & 2) != 0;
                blob.RadioMicros = reader.U64();
                int have = flash.Length(blob.Name);
                if (blob.Verified ? have == totalBytes : have <= totalBytes)
                {
                    entries[count++] = blob;
                }
            }
        }

        private static bool IsAmong(byte[] digest, byte[][] digests)
        {
            for (int i = 0; i < digests.Length; i++)
            {
                if (ByteStrings.Equal(digest, digests[i]))
                {
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
                used += entries[i].TotalBytes;
            }

            return used;
        }

        private int IndexOf(byte[] digest)
        {
            for (int i = 0; i < count; i++)
            {
                if (ByteStrings.Equal(entries[i].Digest, digest))
                {
                    return i;
                }
            }

            return -1;
        }

        private void Insert(CachedBlob blob)
        {
            for (int i = count; i > 0; i--)
            {
                entries[i] = entries[i - 1];
            }

            entries[0] = blob;
            count++;
        }

        private void RemoveAt(int index)
        {
            count--;
            for (int i = index; i < count; i++)
            {
                entries[i] = entries[i + 1];
            }

            entries[count] = null;
        }
    }
}
