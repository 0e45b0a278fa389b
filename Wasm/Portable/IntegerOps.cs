namespace Fog.Wasm.Portable
{
    /// <summary>Bit counting and rotation, which nanoFramework's library lacks.</summary>
    public static class IntegerOps
    {
        public static int LeadingZeros(int value)
        {
            uint v = (uint)value;
            if (v == 0) return 32;
            int n = 0;
            if (v <= 0x0000FFFF) { n += 16; v <<= 16; }
            if (v <= 0x00FFFFFF) { n += 8; v <<= 8; }
            if (v <= 0x0FFFFFFF) { n += 4; v <<= 4; }
            if (v <= 0x3FFFFFFF) { n += 2; v <<= 2; }
            if (v <= 0x7FFFFFFF) n += 1;
            return n;
        }

        public static int TrailingZeros(int value)
        {
            return value == 0 ? 32 : 31 - LeadingZeros(value & -value);
        }

        public static int Ones(int value)
        {
            uint v = (uint)value;
            v = v - ((v >> 1) & 0x55555555);
            v = (v & 0x33333333) + ((v >> 2) & 0x33333333);
            v = (v + (v >> 4)) & 0x0F0F0F0F;
            return (int)((v * 0x01010101) >> 24);
        }

        public static int LeadingZeros(long value)
        {
            int high = (int)(value >> 32);
            return high != 0 ? LeadingZeros(high) : 32 + LeadingZeros((int)value);
        }

        public static int TrailingZeros(long value)
        {
            int low = (int)value;
            return low != 0 ? TrailingZeros(low) : 32 + TrailingZeros((int)(value >> 32));
        }

        public static int Ones(long value)
        {
            return Ones((int)value) + Ones((int)(value >> 32));
        }

        public static int RotateLeft(int value, int count)
        {
            count &= 31;
            return count == 0 ? value : (value << count) | (int)((uint)value >> (32 - count));
        }

        public static long RotateLeft(long value, int count)
        {
            count &= 63;
            return count == 0 ? value : (value << count) | (long)((ulong)value >> (64 - count));
        }
    }
}
