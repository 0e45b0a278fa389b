namespace Fog.Wasm.Portable
{
    /// <summary>
    /// Writes canonical results (docs/values.md):
    /// <code>
    /// u8 version = 1   u8 kind = 0 (value)   value   u16 effects   effects
    /// u8 version = 1   u8 kind = 1 (trap)    u8 code   u32 function   u32 offset
    /// </code>
    /// </summary>
    internal static class ResultWriter
    {
        private const byte Version = 1;
        private const int HeaderBytes = 2;

        /// <summary>What a result without effects ends with. Not to be changed.</summary>
        public static readonly byte[] NoEffects = new byte[2];

        public static byte[] Trap(TrapCode code, int function, int offset)
        {
            byte[] result = new byte[HeaderBytes + 9];
            result[0] = Version;
            result[1] = 1;
            result[2] = (byte)code;
            Put(result, 3, 4, function);
            Put(result, 7, 4, offset);
            return result;
        }

        /// <summary>A scalar, its bits as the function left them in the register; nothing for void.</summary>
        public static byte[] Scalar(int tag, long bits, byte[] effects)
        {
            int size = ValueTag.ElementBytes(tag);
            byte[] result = Begin(tag, HeaderBytes + 1 + size, effects);
            Put(result, 3, size, Canonical(tag, bits));
            return result;
        }

        /// <summary>An array or string in memory, all of it in bounds.</summary>
        public static byte[] Elements(int tag, LinearMemory memory, int address, int count, byte[] effects)
        {
            int element = tag & ~ValueTag.Array;
            int size = ValueTag.ElementBytes(tag);
            byte[] result = Begin(tag, HeaderBytes + 5 + (count * size), effects);
            Put(result, 3, 4, count);
            int at = HeaderBytes + 5;
            if (element == ValueTag.F64 && (address & 7) == 0)
            {
                memory.ReadNumbers(address, result, at, count);
                return result;
            }

            for (int i = 0; i < count; i++)
            {
                long bits;
                if (size == 1) bits = memory.LoadU8(address);
                else if (size == 2) bits = memory.LoadU16(address);
                else if (size == 4) bits = memory.LoadI32(address);
                else bits = memory.LoadI64(address);
                Put(result, at, size, Canonical(element, bits));
                at += size;
                address += size;
            }

            return result;
        }

        // All but the value.
        private static byte[] Begin(int tag, int bytes, byte[] effects)
        {
            byte[] result = new byte[bytes + effects.Length];
            result[0] = Version;
            result[2] = (byte)tag;
            System.Array.Copy(effects, 0, result, bytes, effects.Length);
            return result;
        }

        private static long Canonical(int tag, long bits)
        {
            switch (tag)
            {
                case ValueTag.Bool: return bits != 0 ? 1 : 0;
                case ValueTag.F32: return CanonicalValue.F32((int)bits);
                case ValueTag.F64: return CanonicalValue.F64(bits);
                default: return bits;
            }
        }

        private static void Put(byte[] bytes, int at, int count, long value)
        {
            for (int i = 0; i < count; i++) bytes[at + i] = (byte)(value >> (8 * i));
        }
    }
}
