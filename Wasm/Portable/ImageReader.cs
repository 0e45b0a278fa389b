namespace Fog.Wasm.Portable
{
    /// <summary>Little-endian reads from an image, each checked against its end.</summary>
    internal sealed class ImageReader
    {
        private readonly byte[] bytes;
        private int position;

        public ImageReader(byte[] bytes)
        {
            this.bytes = bytes;
        }

        public int Position
        {
            get { return position; }
        }

        public int Left
        {
            get { return bytes.Length - position; }
        }

        public int U8()
        {
            Need(1);
            return bytes[position++];
        }

        public int U16()
        {
            Need(2);
            int value = bytes[position] | (bytes[position + 1] << 8);
            position += 2;
            return value;
        }

        public int I32()
        {
            int low = U16();
            return low | (U16() << 16);
        }

        public long I64()
        {
            long low = (uint)I32();
            return low | ((long)I32() << 32);
        }

        /// <summary>A 16-bit count of entries of at least <paramref name="entryBytes"/> each.</summary>
        public int Count(int entryBytes)
        {
            int count = U16();
            Need(count * entryBytes);
            return count;
        }

        /// <summary>A 32-bit count of entries of at least <paramref name="entryBytes"/> each.</summary>
        public int WideCount(int entryBytes)
        {
            int count = I32();
            if (count < 0 || count > Left / entryBytes) throw new ImageException(ImageError.Truncated, "a count exceeds what is left");
            return count;
        }

        public void Skip(int count)
        {
            Need(count);
            position += count;
        }

        private void Need(int count)
        {
            if (count > bytes.Length - position) throw new ImageException(ImageError.Truncated, "the image ends early");
        }
    }
}
