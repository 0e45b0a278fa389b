using System;

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
        public static byte[] Elements(int tag, LinearMemory memory, int address, int count, byte[] effects, IWordCopy copy)
        {
            int size = ValueTag.ElementBytes(tag);
            byte[] result = Begin(tag, HeaderBytes + 5 + (count * size), effects);
            Put(result, 3, 4, count);
            memory.Read(address, result, HeaderBytes + 5, count * size, copy);
            MakeCanonical(tag & ~ValueTag.Array, result, HeaderBytes + 5, count);
            return result;
        }

        private static void MakeCanonical(int tag, byte[] result, int at, int count)
        {
            if (tag == ValueTag.Bool)
            {
                for (; count > 0; count--)
                {
                    if (result[at] > 1) result[at] = 1;
                    at++;
                }
            }
            else if (tag == ValueTag.F32 || tag == ValueTag.F64)
            {
                // Only what has these bits can be a NaN.
                int size = ValueTag.ElementBytes(tag);
                int highest = at + size - 1;
                for (; count > 0; count--)
                {
                    if ((result[highest] & 0x7F) == 0x7F) MakeCanonical(result, highest + 1 - size, size);
                    highest += size;
                }
            }
        }

        private static void MakeCanonical(byte[] result, int at, int size)
        {
            int low = BitConverter.ToInt32(result, at);
            if (size == 4) Put(result, at, 4, CanonicalValue.F32(low));
            else Put(result, at, 8, CanonicalValue.F64((long)(uint)low | ((long)BitConverter.ToInt32(result, at + 4) << 32)));
        }

        // All but the value.
        private static byte[] Begin(int tag, int bytes, byte[] effects)
        {
            byte[] result = new byte[bytes + effects.Length];
            result[0] = Version;
            result[2] = (byte)tag;
            Array.Copy(effects, 0, result, bytes, effects.Length);
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
