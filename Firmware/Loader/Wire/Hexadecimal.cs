namespace Fog.Firmware.Loader.Wire
{
    /// <summary>Bytes as digits.</summary>
    public static class Hexadecimal
    {
        private const string Digits = "0123456789abcdef";

        /// <summary>The first bytes in lower-case digits.</summary>
        public static string Of(byte[] bytes, int count)
        {
            char[] text = new char[2 * count];
            for (int i = 0; i < count; i++)
            {
                text[2 * i] = Digits[bytes[i] >> 4];
                text[2 * i + 1] = Digits[bytes[i] & 15];
            }

            return new string(text);
        }

        /// <summary>Reads digits of either case; null: an odd number of them, or something else.</summary>
        public static byte[] Bytes(string text)
        {
            if (text.Length % 2 != 0)
            {
                return null;
            }

            byte[] bytes = new byte[text.Length / 2];
            for (int i = 0; i < text.Length; i++)
            {
                int digit = Digit(text[i]);
                if (digit < 0)
                {
                    return null;
                }

                bytes[i / 2] = (byte)(bytes[i / 2] * 16 + digit);
            }

            return bytes;
        }

        private static int Digit(char c)
        {
            if (c >= '0' && c <= '9')
            {
                return c - '0';
            }

            char lower = (char)(c | 32);
            return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        }
    }
}
