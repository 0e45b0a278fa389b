using System;

namespace Fog.Wasm.Portable
{
    /// <summary>
    /// Linear memory in chunks of 64-bit words, allocated when first written, so that a page costs what is touched of it.
    /// </summary>
    /// <remarks>Callers check bounds: every address given here lies inside <see cref="Bytes"/> with all its bytes.</remarks>
    public sealed class LinearMemory
    {
        /// <summary>log2 of the bytes of a chunk: 1 KiB.</summary>
        public const int ChunkShift = 10;

        public const int WordMask = (1 << (ChunkShift - 3)) - 1;
        public const int PageBytes = 65536;

        private const int ChunksPerPage = PageBytes >> ChunkShift;

        private readonly int pagesMax;
        private int touchedChunks;

        public LinearMemory(int pages, int pagesMax)
        {
            this.pagesMax = pagesMax;
            Zeros = new long[WordMask + 1];
            Chunks = new long[0][];
            Grow(pages);
        }

        /// <summary>The chunk that stands for all untouched ones; never written.</summary>
        public long[] Zeros { get; private set; }

        public long[][] Chunks { get; private set; }

        public int Bytes { get; private set; }

        /// <summary>Managed heap held, in bytes.</summary>
        public int HeapBytes
        {
            get { return ManagedHeap.Object(5) + ManagedHeap.Array(Chunks.Length * ManagedHeap.ReferenceBytes) + ((touchedChunks + 1) * ManagedHeap.Array(1 << ChunkShift)); }
        }

        /// <summary>The former size in pages, or -1 when the limit forbids.</summary>
        public int Grow(int pages)
        {
            int old = Bytes / PageBytes;
            if ((uint)pages > (uint)(pagesMax - old)) return -1;
            long[][] grown = new long[(old + pages) * ChunksPerPage][];
            for (int i = 0; i < grown.Length; i++) grown[i] = i < Chunks.Length ? Chunks[i] : Zeros;
            Chunks = grown;
            Bytes = (old + pages) * PageBytes;
            return old;
        }

        /// <summary>As it began, at its present size: nothing is touched.</summary>
        public void Clear()
        {
            for (int i = 0; i < Chunks.Length; i++) Chunks[i] = Zeros;
            touchedChunks = 0;
        }

        /// <summary>The chunk of an address, ready to be written.</summary>
        public long[] Touch(int address)
        {
            int index = address >> ChunkShift;
            long[] chunk = Chunks[index];
            if (chunk == Zeros)
            {
                chunk = new long[WordMask + 1];
                Chunks[index] = chunk;
                touchedChunks++;
            }

            return chunk;
        }

        public int LoadU8(int address)
        {
            return (int)(Chunks[address >> ChunkShift][(address >> 3) & WordMask] >> ((address & 7) << 3)) & 0xFF;
        }

        public int LoadU16(int address)
        {
            if ((address & 1) != 0) return LoadU8(address) | (LoadU8(address + 1) << 8);
            return (int)(Chunks[address >> ChunkShift][(address >> 3) & WordMask] >> ((address & 6) << 3)) & 0xFFFF;
        }

        public int LoadI32(int address)
        {
            if ((address & 3) != 0) return LoadU16(address) | (LoadU16(address + 2) << 16);
            return (int)(Chunks[address >> ChunkShift][(address >> 3) & WordMask] >> ((address & 4) << 3));
        }

        public long LoadI64(int address)
        {
            if ((address & 7) != 0) return (long)(uint)LoadI32(address) | ((long)LoadI32(address + 4) << 32);
            return Chunks[address >> ChunkShift][(address >> 3) & WordMask];
        }

        public void StoreI8(int address, int value)
        {
            Put(address, (address & 7) << 3, 0xFFL, (long)(value & 0xFF));
        }

        public void StoreI16(int address, int value)
        {
            if ((address & 1) != 0)
            {
                StoreI8(address, value);
                StoreI8(address + 1, value >> 8);
            }
            else
            {
                Put(address, (address & 6) << 3, 0xFFFFL, (long)(value & 0xFFFF));
            }
        }

        public void StoreI32(int address, int value)
        {
            if ((address & 3) != 0)
            {
                StoreI16(address, value);
                StoreI16(address + 2, value >> 16);
            }
            else
            {
                Put(address, (address & 4) << 3, 0xFFFFFFFFL, (long)(uint)value);
            }
        }

        public void StoreI64(int address, long value)
        {
            if ((address & 7) != 0)
            {
                StoreI32(address, (int)value);
                StoreI32(address + 4, (int)(value >> 32));
            }
            else
            {
                Touch(address)[(address >> 3) & WordMask] = value;
            }
        }

        public void Fill(int address, int value, int count)
        {
            int end = address + count;
            while (address < end && (address & 7) != 0) StoreI8(address++, value);
            long eight = (value & 0xFF) * 0x0101010101010101L;
            while (address + 8 <= end)
            {
                // As many words as the chunk takes.
                long[] chunk = Touch(address);
                int word = (address >> 3) & WordMask;
                int last = word + ((end - address) >> 3);
                if (last > chunk.Length) last = chunk.Length;
                address += (last - word) << 3;
                for (; word < last; word++) chunk[word] = eight;
            }

            while (address < end) StoreI8(address++, value);
        }

        /// <summary>As if through a copy: the ranges may overlap.</summary>
        public void Copy(int to, int from, int count)
        {
            if (to <= from)
            {
                int i = 0;
                for (; i + 8 <= count; i += 8) StoreI64(to + i, LoadI64(from + i));
                for (; i < count; i++) StoreI8(to + i, LoadU8(from + i));
            }
            else
            {
                int i = count;
                for (; i >= 8; i -= 8) StoreI64(to + i - 8, LoadI64(from + i - 8));
                for (; i > 0; i--) StoreI8(to + i - 1, LoadU8(from + i - 1));
            }
        }

        /// <summary>Copies bytes in.</summary>
        /// <param name="copy">What copies words; null where the host has nothing for it.</param>
        public void Write(int to, byte[] bytes, int from, int count, IWordCopy copy)
        {
            int end = from + count;
            while (from < end && (to & 7) != 0) StoreI8(to++, bytes[from++]);
            while (from + 8 <= end)
            {
                // As many words as the chunk takes.
                long[] chunk = Touch(to);
                int word = (to >> 3) & WordMask;
                int words = (end - from) >> 3;
                if (words > WordMask + 1 - word) words = WordMask + 1 - word;
                to += words << 3;
                if (copy != null)
                {
                    copy.FromBytes(bytes, from, chunk, word, words);
                    from += words << 3;
                    continue;
                }

                for (; words > 0; words--)
                {
                    chunk[word++] = (long)(uint)BitConverter.ToInt32(bytes, from) | ((long)BitConverter.ToInt32(bytes, from + 4) << 32);
                    from += 8;
                }
            }

            while (from < end) StoreI8(to++, bytes[from++]);
        }

        /// <summary>Copies bytes out.</summary>
        /// <param name="copy">What copies words; null where the host has nothing for it.</param>
        public void Read(int from, byte[] bytes, int to, int count, IWordCopy copy)
        {
            int end = to + count;
            while (to < end && (from & 7) != 0) bytes[to++] = (byte)LoadU8(from++);
            while (to + 8 <= end)
            {
                // As many words as the chunk has.
                long[] chunk = Chunks[from >> ChunkShift];
                int word = (from >> 3) & WordMask;
                int words = (end - to) >> 3;
                if (words > WordMask + 1 - word) words = WordMask + 1 - word;
                from += words << 3;
                if (copy != null)
                {
                    copy.ToBytes(chunk, word, bytes, to, words);
                    to += words << 3;
                    continue;
                }

                for (; words > 0; words--)
                {
                    long value = chunk[word++];
                    int low = (int)value;
                    int high = (int)(value >> 32);
                    bytes[to + 7] = (byte)(high >> 24);
                    bytes[to] = (byte)low;
                    bytes[to + 1] = (byte)(low >> 8);
                    bytes[to + 2] = (byte)(low >> 16);
                    bytes[to + 3] = (byte)(low >> 24);
                    bytes[to + 4] = (byte)high;
                    bytes[to + 5] = (byte)(high >> 8);
                    bytes[to + 6] = (byte)(high >> 16);
                    to += 8;
                }
            }

            while (to < end) bytes[to++] = (byte)LoadU8(from++);
        }

        private void Put(int address, int shift, long mask, long value)
        {
            long[] chunk = Touch(address);
            int word = (address >> 3) & WordMask;
            chunk[word] = (chunk[word] & ~(mask << shift)) | (value << shift);
        }
    }
}
