using System;

namespace Fog.Firmware.Loader.Wire
{
    /// <summary>Little-endian fields into a buffer that grows.</summary>
    public sealed class WireWriter
    {
        // A duration in µs is below 2⁴⁵.
        private const long MicrosMax = (1L << 45) - 1;

        private byte[] buffer;
        private int length;

        public WireWriter(int capacityBytes)
        {
            buffer = new byte[capacityBytes];
        }

        public int Length
        {
            get { return length; }
        }

        public void U8(int value)
        {
            Room(1);
            buffer[length++] = (byte)value;
        }

        public void U16(int value)
        {
            U8(value);
            U8(value >> 8);
        }

        public void U32(uint value)
        {
            Room(4);
            for (int shift = 0; shift < 32; shift += 8)
            {
                buffer[length++] = (byte)(value >> shift);
            }
        }

        public void U64(long value)
        {
            U32((uint)value);
            U32((uint)(value >> 32));
        }

        /// <summary>A duration in µs, at most what the protocol can say: 407 days.</summary>
        public void Micros(long value)
        {
            U64(value > MicrosMax ? MicrosMax : value);
        }

        public void Raw(byte[] bytes, int offset, int count)
        {
            Room(count);
            Array.Copy(bytes, offset, buffer, length, count);
            length += count;
        }

        public void Raw(byte[] bytes)
        {
            Raw(bytes, 0, bytes.Length);
        }

        public void Bytes16(byte[] bytes, int offset, int count)
        {
            U16(count);
            Raw(bytes, offset, count);
        }

        /// <summary>A <c>bytes8</c> in ASCII.</summary>
        public void Name(string text)
        {
            byte[] bytes = Ascii.Bytes(text);
            U8(bytes.Length);
            Raw(bytes);
        }

        public byte[] ToArray()
        {
            byte[] bytes = new byte[length];
            Array.Copy(buffer, bytes, length);
            return bytes;
        }

        private void Room(int count)
        {
            if (length + count <= buffer.Length)
            {
                return;
            }

            int capacity = buffer.Length * 2;
            if (capacity < length + count)
            {
                capacity = length + count;
            }

            byte[] larger = new byte[capacity];
            Array.Copy(buffer, larger, length);
            buffer = larger;
        }
    }
}
