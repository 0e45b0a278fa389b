using System;

namespace Fog.Firmware.Loader.Wire
{
    /// <summary>Names and topics as bytes; nanoFramework knows UTF-8 only.</summary>
    public static class Ascii
    {
        public const int NameBytesMax = 32;

        public static byte[] Bytes(string text)
        {
            byte[] bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                char c = text[i];
                if (c > 127)
                {
                    throw new ArgumentException("not ASCII");
                }

                bytes[i] = (byte)c;
            }

            return bytes;
        }

        public static string Text(byte[] bytes, int offset, int count)
        {
            char[] text = new char[count];
            for (int i = 0; i < count; i++)
            {
                text[i] = (char)bytes[offset + i];
            }

            return new string(text);
        }

        /// <summary>Whether it matches <c>[a-z0-9-]{1,32}</c>.</summary>
        public static bool IsName(string text)
        {
            if (text == null || text.Length == 0 || text.Length > NameBytesMax)
            {
                return false;
            }

            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                if (!allowed)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
