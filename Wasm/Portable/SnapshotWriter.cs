namespace Fog.Wasm.Portable
{
    /// <summary>Little-endian writes. Without bytes it only counts, so that they can be allocated once and exactly.</summary>
    internal sealed class SnapshotWriter
    {
        private readonly byte[] bytes;
        private int position;

        public SnapshotWriter(byte[] bytes)
        {
            this.bytes = bytes;
        }

        public int Position
        {
            get { return position; }
        }

        public void U8(int value)
        {
            if (bytes != null) bytes[position] = (byte)value;
            position++;
        }

        public void U16(int value)
        {
            U8(value);
            U8(value >> 8);
        }

        public void I32(int value)
        {
            if (bytes != null) Put(value);
            position += 4;
        }

        public void I64(long value)
        {
            I32((int)value);
            I32((int)(value >> 32));
        }

        public void Bytes(byte[] values)
        {
            for (int i = 0; i < values.Length; i++) U8(values[i]);
        }

        public void I32s(int[] values, int count)
        {
            if (bytes == null)
            {
                position += 4 * count;
                return;
            }

            for (int i = 0; i < count; i++) I32(values[i]);
        }

        /// <summary>From <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
        public void I64s(long[] values, int first, int end)
        {
            if (bytes == null)
            {
                position += 8 * (end - first);
                return;
            }

            for (int i = first; i < end; i++) I64(values[i]);
        }

        private void Put(int value)
        {
            bytes[position] = (byte)value;
            bytes[position + 1] = (byte)(value >> 8);
            bytes[position + 2] = (byte)(value >> 16);
            bytes[position + 3] = (byte)(value >> 24);
        }
    }
}
