using System;

namespace Fog.Firmware.Loader.Wire
{
    /// <summary>Little-endian fields out of a part of a buffer.</summary>
    /// <remarks>
    /// Reading past the end, or a field out of its range, does not throw: it makes the whole body malformed, which
    /// <see cref="EndedWell"/> says once everything is read. Until then a bad field reads as zero or empty.
    /// </remarks>
    public sealed class WireReader
    {
        private readonly byte[] buffer;
        private readonly int end;
        private int position;
        private bool malformed;

        public WireReader(byte[] buffer, int offset, int count)
        {
            this.buffer = buffer;
            position = offset;
            end = offset + count;
        }

        /// <summary>Every field was whole and in range and nothing is left over.</summary>
        public bool EndedWell
        {
            get { return !malformed && position == end; }
        }

        /// <summary>Says that a field that was read is out of its range.</summary>
        public void Reject()
        {
            malformed = true;
        }

        public int U8()
        {
            return Has(1) ? buffer[position++] : 0;
        }

        public int U16()
        {
            if (!Has(2))
            {
                return 0;
            }

            int value = buffer[position] | (buffer[position + 1] << 8);
            position += 2;
            return value;
        }

        public uint U32()
        {
            if (!Has(4))
            {
                return 0;
            }

            uint value = buffer[position] | ((uint)buffer[position + 1] << 8) | ((uint)buffer[position + 2] << 16) | ((uint)buffer[position + 3] << 24);
            position += 4;
            return value;
        }

        /// <summary>A <c>u32</c>, held to what an <c>int</c> can say: more than that is never there to be had on a device.</summary>
        public int U32AsInt()
        {
            uint value = U32();
            return value > int.MaxValue ? int.MaxValue : (int)value;
        }

        /// <summary>A <c>u64</c>; one of 2⁶³ or more is malformed.</summary>
        public long U64()
        {
            uint low = U32();
            uint high = U32();
            if ((high & 0x80000000) != 0)
            {
                malformed = true;
                return 0;
            }

            return ((long)high << 32) | low;
        }

        /// <summary>Eight bytes of any value.</summary>
        public long Bits64()
        {
            uint low = U32();
            return ((long)U32() << 32) | low;
        }

        public byte[] Raw(int count)
        {
            if (!Has(count))
            {
                return new byte[0];
            }

            byte[] bytes = new byte[count];
            Array.Copy(buffer, position, bytes, 0, count);
            position += count;
            return bytes;
        }

        public byte[] Bytes16(int countMax)
        {
            int count = U16();
            if (count > countMax)
            {
                malformed = true;
                return new byte[0];
            }

            return Raw(count);
        }

        /// <summary>A <c>bytes8</c> that is empty or matches <c>[a-z0-9-]{1,32}</c>.</summary>
        public string NameOrEmpty()
        {
            int count = U8();
            if (!Has(count))
            {
                return "";
            }

            string name = Ascii.Text(buffer, position, count);
            position += count;
            if (count > 0 && !Ascii.IsName(name))
            {
                malformed = true;
            }

            return name;
        }

        private bool Has(int count)
        {
            if (malformed || end - position < count)
            {
                malformed = true;
                return false;
            }

            return true;
        }
    }
}
